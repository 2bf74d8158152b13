using Backup.Commands;

namespace Backup.Consoles.Output;

/// <summary>Where the documents of one answer go.</summary>
internal interface IAnswer
{
    /// <summary>The run that the answer is about, once it is known.</summary>
    long? JobId { get; }

    /// <summary>Null until the answer's end has come.</summary>
    int? Status { get; }

    /// <summary>One line as it came, and what it says; null where it is of a kind that this console does not know.</summary>
    void Take(byte[] line, ApiEvent? document);

    /// <summary>The answer broke off: what is held back is shown.</summary>
    void Finish();

    /// <summary>Something that only this side knows went wrong. Gives the status back.</summary>
    int Fail(string text, int status);
}
