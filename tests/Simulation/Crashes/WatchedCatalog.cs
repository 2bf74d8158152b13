using System.Reflection;
using Backup.Catalog;

namespace Backup.Tests.Simulation.Crashes;

/// <summary>A catalog that tells of each call that has come back.</summary>
internal static class WatchedCatalog
{
    public static ICatalog Of(ICatalog catalog, Action done) => (ICatalog)Watch(typeof(ICatalog), catalog, done);

    private static object Watch(Type type, object target, Action done)
    {
        object proxy = DispatchProxy.Create(type, typeof(Watcher));
        ((Watcher)proxy).Set(target, done);
        return proxy;
    }

    /// <summary>Passes each call on. Rooms are watched too.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1852", Justification = "The proxy is a class derived from it.")]
    internal class Watcher : DispatchProxy
    {
        private object _target = null!;
        private Action _done = () => { };

        public void Set(object target, Action done) => (_target, _done) = (target, done);

        protected override object? Invoke(MethodInfo? method, object?[]? arguments)
        {
            object? answer = method!.Invoke(_target, BindingFlags.DoNotWrapExceptions, null, arguments, null);
            if (method.Name.StartsWith("get_", StringComparison.Ordinal))
                return method.ReturnType.IsInterface && answer is not null ? Watch(method.ReturnType, answer, _done) : answer;
            if (method.Name is not (nameof(IDisposable.Dispose) or nameof(ICatalog.Dump) or nameof(ICatalog.Check))) _done();
            return answer;
        }
    }
}
