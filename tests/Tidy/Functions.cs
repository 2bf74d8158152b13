using System.Text.RegularExpressions;

namespace Backup.Tests.Tidy;

/// <summary>Finds functions by their braces: the outermost braced body that is no type, no namespace and no initializer of data.</summary>
internal static partial class Functions
{
    public readonly record struct Function(string Name, int FirstLine, int LastLine)
    {
        public int Lines => LastLine - FirstLine + 1;
    }

    public static IEnumerable<Function> In(CSharpSource source)
    {
        string code = source.Code;
        var open = new Stack<(bool IsFunction, int Start, string Header)>();
        int headerStart = 0, functions = 0;
        for (int i = 0; i < code.Length; i++)
        {
            if (code[i] is not (';' or '{' or '}')) continue;
            if (code[i] == '{')
            {
                string header = code[headerStart..i];
                bool isFunction = functions == 0 && !TypeOrNamespace().IsMatch(header) && !IsData(header);
                functions += isFunction || functions > 0 ? 1 : 0;
                open.Push((isFunction, headerStart + header.Length - header.TrimStart().Length, header));
            }
            else if (code[i] == '}' && open.TryPop(out var closed))
            {
                if (functions > 0) functions--;
                if (closed.IsFunction) yield return new(NameOf(closed.Header), source.LineOf(closed.Start), source.LineOf(i));
            }
            headerStart = i + 1;
        }
    }

    // 'X Table = new() {' and the tail of a collection are tables, however long; '=>' before the brace is a body.
    private static bool IsData(string header) => Assignment().IsMatch(header) && !header.Contains("=>", StringComparison.Ordinal);

    private static string NameOf(string header)
    {
        Match named = Named().Match(header);
        return named.Success ? named.Groups[1].Value : header.Trim().Split('\n')[^1].Trim();
    }

    [GeneratedRegex(@"\b(class|struct|record|interface|enum|namespace)\s+\w")]
    private static partial Regex TypeOrNamespace();

    [GeneratedRegex(@"(?<![=!<>])=(?![=>])[^()]*$|=\s*new\b|=\s*\[")]
    private static partial Regex Assignment();

    [GeneratedRegex(@"(\w+)\s*(?:<[^>()]*>)?\s*\(")]
    private static partial Regex Named();
}
