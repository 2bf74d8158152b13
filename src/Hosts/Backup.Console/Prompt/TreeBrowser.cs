using Backup.Commands;
using Backup.Consoles.Output;

namespace Backup.Consoles.Prompt;

/// <summary>
/// A run's tree to walk about in and to mark in: cd, ls, pwd, mark, unmark, marked, done. Each directory is asked of the node when it is
/// entered or listed, so that the size of the tree does not matter. Paths are in their printable form throughout.
/// </summary>
internal sealed class TreeBrowser(Questions questions, string jobId)
{
    private const string Commands = "cd DIR, ls [DIR], pwd, mark NAME, unmark NAME, marked, done; '.' leaves";

    private readonly SortedSet<string> _marked = new(StringComparer.Ordinal);
    private string _here = "/";

    /// <summary>The marked paths as words of a restore.</summary>
    public async Task<string[]> Choose()
    {
        questions.Output.WriteLine(Commands);
        while (true)
        {
            string line = questions.Ask($"{ValueText.Clean(_here)} $ ");
            int blank = line.IndexOf(' ', StringComparison.Ordinal);
            (string verb, string name) = blank < 0 ? (line, "") : (line[..blank], line[(blank + 1)..].Trim());
            if (verb == "done" && _marked.Count > 0) return [.. _marked.Select(path => $"file={path}")];
            try
            {
                await Act(verb, name).ConfigureAwait(false);
            }
            catch (CommandUsageException refusal)
            {
                questions.Output.WriteLine(ValueText.Clean(refusal.Message));
            }
        }
    }

    private async Task Act(string verb, string name)
    {
        switch (verb)
        {
            case "cd":
                string there = Path(name);
                await Children(there).ConfigureAwait(false);
                _here = there;
                break;
            case "ls" or "dir":
                foreach (RowEvent row in await Children(Path(name)).ConfigureAwait(false)) List(row);
                break;
            case "pwd":
                questions.Output.WriteLine(ValueText.Clean(_here));
                break;
            case "mark" or "add" when name.Length > 0:
                await Mark(Path(name)).ConfigureAwait(false);
                break;
            case "unmark" or "delete" when name.Length > 0:
                questions.Output.WriteLine(_marked.Remove(Path(name)) ? "no longer marked" : "it was not marked");
                break;
            case "marked" or "lsmark":
                foreach (string path in _marked) questions.Output.WriteLine(ValueText.Clean(path));
                break;
            case "done":
                questions.Output.WriteLine("nothing is marked yet");
                break;
            default:
                questions.Output.WriteLine(Commands);
                break;
        }
    }

    /// <summary>A name that is not in the tree is refused by the node; a star marks all that lies here.</summary>
    private async Task Mark(string path)
    {
        bool isAll = path.EndsWith("/*", StringComparison.Ordinal);
        IReadOnlyList<RowEvent> found = isAll
            ? await Children(path.Length > 2 ? path[..^2] : "/").ConfigureAwait(false)
            : await questions.Rows("list", "files", $"jobid={jobId}", $"path={path}", "limit=1").ConfigureAwait(false);
        if (isAll) _marked.UnionWith(found.Select(row => Questions.Cell(row, "path")));
        else _marked.Add(path);
        questions.Output.WriteLine($"{_marked.Count} marked");
    }

    private void List(RowEvent row)
    {
        string path = Questions.Cell(row, "path"), type = Questions.Cell(row, "type");
        string mark = _marked.Any(m => path == m || path.StartsWith(m.TrimEnd('/') + "/", StringComparison.Ordinal)) ? "*" : " ";
        long size = long.TryParse(Questions.Cell(row, "size"), out long told) ? told : 0;
        questions.Output.WriteLine(
            $"{mark} {type} {ValueText.Bytes(size),10}  {ValueText.Clean(path[(path.LastIndexOf('/') + 1)..])}{(type == "d" ? "/" : "")}");
    }

    private Task<IReadOnlyList<RowEvent>> Children(string path) =>
        questions.Rows("list", "files", $"jobid={jobId}", $"path={path}", "children");

    /// <summary>A name seen from here, as an absolute path; ".." goes up.</summary>
    private string Path(string name)
    {
        var parts = new List<string>();
        foreach (string part in ((name.StartsWith('/') ? "" : _here) + "/" + name).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".." && parts.Count > 0) parts.RemoveAt(parts.Count - 1);
            else if (part is not ("." or "..")) parts.Add(part);
        }
        return "/" + string.Join('/', parts);
    }
}
