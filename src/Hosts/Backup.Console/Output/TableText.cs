using System.Text;
using Backup.Commands;

namespace Backup.Consoles.Output;

/// <summary>
/// An aligned table of any length in bounded memory: the first rows are held back to learn the widths, later rows flow through
/// and widen a column where they must. Nothing is cut or wrapped.
/// </summary>
internal sealed class TableText(ConsoleTerminal terminal, ColumnsEvent table)
{
    /// <summary>Rows that are held back at most.</summary>
    public const int RowsToLearnFrom = 200;

    private const string Gap = "  ";

    private readonly int[] widths = [.. table.Columns.Select(column => column.Name.Length)];
    private readonly List<string[]> held = [];
    private bool isFlowing;

    public void Add(RowEvent row)
    {
        string[] cells = new string[table.Columns.Count];
        for (int i = 0; i < cells.Length; i++)
        {
            ColumnDefinition column = table.Columns[i];
            cells[i] = ValueText.Of(Cell(row, i, column.Name), column.Type, terminal.Zone);
            widths[i] = Math.Max(widths[i], Width(cells[i]));
        }
        if (isFlowing)
        {
            WriteRow(cells);
            return;
        }
        held.Add(cells);
        if (held.Count == RowsToLearnFrom) Flow();
    }

    public void End()
    {
        if (!isFlowing) Flow();
    }

    /// <summary>Cells come in the order of the columns; where a node of another version orders them otherwise, the name decides.</summary>
    private static ApiValue Cell(RowEvent row, int index, string column)
    {
        if (index < row.Row.Count && row.Row[index].Column == column) return row.Row[index].Value;
        foreach (ApiCell cell in row.Row) if (cell.Column == column) return cell.Value;
        return default;
    }

    private void Flow()
    {
        isFlowing = true;
        if (table.Title is { } title) terminal.Output.WriteLine(ValueText.Clean(title));
        if (terminal.HasColour) terminal.Output.Write("\x1b[1m");
        WriteRow([.. table.Columns.Select(column => ValueText.Clean(column.Name))], terminal.HasColour ? "\x1b[0m" : "");
        foreach (string[] cells in held) WriteRow(cells);
        if (held.Count == 0 && terminal.IsTerminal) terminal.Output.WriteLine("(none)");
        held.Clear();
    }

    private void WriteRow(string[] cells, string end = "")
    {
        var line = new StringBuilder();
        for (int i = 0; i < cells.Length; i++)
        {
            int padding = Math.Max(0, widths[i] - Width(cells[i]));
            bool isLast = i == cells.Length - 1;
            if (ValueText.IsRightAligned(table.Columns[i].Type)) line.Append(' ', padding).Append(cells[i]);
            else line.Append(cells[i]).Append(' ', isLast ? 0 : padding);
            if (!isLast) line.Append(Gap);
        }
        terminal.Output.WriteLine(line.Append(end).ToString());
    }

    /// <summary>Characters as a reader counts them; a letter and its accents are one.</summary>
    private static int Width(string text) =>
        System.Text.Ascii.IsValid(text) ? text.Length : new System.Globalization.StringInfo(text).LengthInTextElements;
}
