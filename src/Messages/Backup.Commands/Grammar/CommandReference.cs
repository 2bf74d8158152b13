using System.Text;

namespace Backup.Commands;

/// <summary>The reference page of all commands, docs/reference/commands.md, written from the table.</summary>
public static class CommandReference
{
    public static string Markdown()
    {
        var page = new StringBuilder("""
            # Commands

            Generated from the table of commands; `BACKUP_REGENERATE=1 ./test CommandReference` writes it anew.

            `backup [--socket PATH] [--json] VERB OBJECT key=value ...`. Case makes no difference; a beginning is enough
            where only one word has it (`st dir`).
            Quotes hold blanks. A yes/no key alone says yes. Paths are absolute,
            bytes that are no UTF-8 are written `\xHH`. A time without a zone is in yours.
            Exit status: 0 done (a job followed: OK, OK with warnings), 1 refused (Failed), 2 wrong usage, 3 Incomplete, 4 Canceled,
            130 no longer watching.


            """.ReplaceLineEndings("\n"));
        foreach (CommandDefinition command in CommandTable.Commands) Append(page, command);
        return page.ToString().TrimEnd('\n') + "\n";
    }

    private static void Append(StringBuilder page, CommandDefinition command)
    {
        page.Append("## ").Append(command.Name).Append("\n\n").Append(Sentence(command.Help)).Append("\n\n");
        page.Append("    ").Append(CommandHelp.Usage(command)).Append("\n\n");
        if (command.Keys.Count > 0)
        {
            page.Append("| key | | meaning |\n| --- | --- | --- |\n");
            foreach (KeyDefinition key in command.Keys)
            {
                string mark = key.Required ? "needed"
                    : command.RequiredOneOf.Contains(key.Name) ? "one of these"
                    : key.Repeatable ? "repeatable" : "";
                page.Append("| `").Append(CommandHelp.Usage(key).Replace("|", "\\|", StringComparison.Ordinal)).Append("` | ").Append(mark);
                page.Append(" | ").Append(key.Help).Append(" |\n");
            }
            page.Append('\n');
        }
        if (command.Columns.Count > 0)
            page.Append("Columns: ").Append(Columns(command.Columns)).Append(".\n\n");
        foreach (TableDefinition table in command.Tables)
            page.Append("Table \"").Append(table.Title).Append("\": ").Append(Columns(table.Columns)).Append(".\n\n");
        page.Append("Example: `backup ").Append(command.Example).Append("`\n\n");
    }

    private static string Columns(IReadOnlyList<ColumnDefinition> columns) =>
        string.Join(", ", columns.Select(column => $"`{column.Name}` ({column.Type.ToString().ToLowerInvariant()})"));

    private static string Sentence(string help) => char.ToUpperInvariant(help[0]) + help[1..] + ".";
}
