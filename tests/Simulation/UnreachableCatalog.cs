using System.Reflection;
using Backup.Catalog;
using Backup.Catalog.Sessions;

namespace Backup.Tests.Simulation;

/// <summary>A catalog whose sessions cannot be written for a while, as where its disk is full.</summary>
internal sealed class UnreachableCatalog
{
    public UnreachableCatalog(ICatalog catalog)
    {
        var sessions = (Through)DispatchProxy.Create<ISessionCatalog, Through>();
        (sessions.Target, sessions.Before) = (catalog.Sessions, Refuse);
        var all = (Through)DispatchProxy.Create<ICatalog, Through>();
        (all.Target, all.Sessions) = (catalog, (ISessionCatalog)(object)sessions);
        Catalog = (ICatalog)(object)all;
    }

    public ICatalog Catalog { get; }
    public bool IsAway { get; set; }

    /// <summary>Calls that were refused.</summary>
    public int Refused { get; private set; }

    private void Refuse(string verb)
    {
        if (!IsAway || verb is not (nameof(ISessionCatalog.Commit) or nameof(ISessionCatalog.End))) return;
        Refused++;
        throw new CatalogException(new CatalogWork(verb), CatalogFault.Unavailable, "no room: its disk is full");
    }

    /// <summary>Passes each call on.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1852", Justification = "The proxy is a class derived from it.")]
    internal class Through : DispatchProxy
    {
        public object Target { get; set; } = null!;
        public ISessionCatalog? Sessions { get; set; }
        public Action<string> Before { get; set; } = _ => { };

        protected override object? Invoke(MethodInfo? method, object?[]? arguments)
        {
            if (Sessions is not null && method!.Name == "get_" + nameof(ICatalog.Sessions)) return Sessions;
            Before(method!.Name);
            return method.Invoke(Target, BindingFlags.DoNotWrapExceptions, null, arguments, null);
        }
    }
}
