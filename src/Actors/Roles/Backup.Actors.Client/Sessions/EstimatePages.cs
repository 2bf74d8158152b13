using Backup.Messages.Clients;

namespace Backup.Actors.Client.Sessions;

/// <summary>The files of a listing, in pages of about <see cref="EstimateListed.PageBytes"/>.</summary>
internal sealed class EstimatePages(Guid request, Action<EstimateListed> send)
{
    private readonly List<EstimatedFile> _page = [];
    private int _bytes;

    public void Add(byte[] path, long size)
    {
        _page.Add(new EstimatedFile(path, size));
        _bytes += path.Length + sizeof(long);
        if (_bytes >= EstimateListed.PageBytes) End();
    }

    /// <summary>Sends what has come together.</summary>
    public void End()
    {
        if (_page.Count == 0) return;
        send(new EstimateListed(request, [.. _page]));
        _page.Clear();
        _bytes = 0;
    }
}
