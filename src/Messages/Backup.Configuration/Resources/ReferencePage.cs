using System.Text;
using Backup.Configuration.Variables;

namespace Backup.Configuration.Resources;

/// <summary>The page docs/reference/configuration.md, from the table: a test holds the two equal.</summary>
public static class ReferencePage
{
    private const string Head = """
        # Configuration reference

        Made from the table of resources; change the table, not this page.

        A configuration is HOCON: resources by kind, then by name, then keys.

        ```
        Job {
          nightly { client = c1, fileset = home, storage = disk, pool = daily, level = Incremental }
        }
        ```

        - Comments begin with `#` or `//`. Text with any of `$ " { } [ ] : = , + # ` ^ ? ! @ * & \` is written in quotes; in triple quotes
          it is taken as it is.
        - `include "other.conf"` puts another file's content here; relative names are beside the file that includes.
        - `${Pool.daily.label-format}` is the value under that path, `${HOME}` one of the environment; `${?NAME}` is left out where there is
          none.
        - A name begins with a letter or digit and goes on with letters, digits, `.`, `_`, `-`: 64 characters at most. A name with a dot is
          written in quotes.
        - A resource or key that is given twice is a mistake. All mistakes are reported, each with file, line and column.
        - A size is bytes, or a number with `kB MB GB TB PB` (powers of 1000) or `KiB MiB GiB TiB PiB EiB` (powers of 1024; `k m g t` alone
          mean these too).
        - A duration always has units: `ms s min h d w`, also in sum: `1 h 30 min`.
        - Where a list is wanted, one value stands for a list of one.
        """;

    /// <summary>The page's text, ending with a line end.</summary>
    public static string Render()
    {
        var page = new StringBuilder(Head.ReplaceLineEndings("\n")).Append('\n');
        foreach (ResourceKind kind in ResourceTable.Kinds)
        {
            page.Append($"\n## {kind.Name}\n\n{kind.Help}\n\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n");
            foreach (ResourceKey key in kind.Keys)
                page.Append($"| `{key.Name}` | {Cell(key.Type.Words)} | {DefaultOf(key)} | {Cell(key.Help)} |\n");
        }
        page.Append("\n## Variables\n\nTemplates (run scripts, label formats) have named variables. `%%` is a percent sign.\n\n"
            + "| variable | meaning | in place of |\n| --- | --- | --- |\n");
        foreach (TemplateVariable variable in TemplateVariables.All)
        {
            string letters = string.Join(' ', variable.Letters.Select(letter => $"`%{letter}`"));
            page.Append($"| `%({variable.Name})` | {variable.Help} | {letters} |\n");
        }
        page.Append($"| `%({TemplateVariables.CounterPrefix}NAME)` | "
            + "Label formats only: the next value of that Counter; with `:4` behind NAME zeros before it up to four digits. | |\n");
        return page.ToString();
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string DefaultOf(ResourceKey key) => key.Required ? "required" : key.Default is { } text ? $"`{text}`" : "";
}
