using System.CommandLine;
using Backup.Configuration.Resources;
using Backup.Node.Running;
using Backup.Transfer.Enrolment;
using Backup.Transfer.Tls;

namespace Backup.Node.Enrolment;

/// <summary>The words of <c>backup-node</c> that make an installation and let hosts into it: init, invite, join, renew, certificate.</summary>
internal static class EnrolmentCommands
{
    /// <summary>The program's own, which every word takes.</summary>
    private static Option<string[]> Config => NodeProgram.Config;

    private static Option<string?> Data => new("--data") { Description = "data directory, instead of the configuration's" };

    private static Option<string?> Node => new("--node") { Description = "which Node resource this host is, where there are several" };

    private static Option<int> Days => new("--days")
        { Description = "how long the certificate is good, days", DefaultValueFactory = _ => CertificateAuthority.DaysDefault };

    public static IEnumerable<Command> All => [Init(), Invite(), Join(), Renew(), Certificate()];

    private static Command Init()
    {
        (Option<string[]> config, Option<string?> data, Option<string?> node, Option<int> days) = (Config, Data, Node, Days);
        var command = new Command("init", "Makes the installation: its authority, and this node's certificate.")
            { data, node, days };
        command.SetAction(parsed => NodeProgram.Guarded(() => Enrolling(() => NodeEnrolment.Init(
            NodeProgram.Settings(parsed.GetValue(config), parsed.GetValue(node), parsed.GetValue(data)),
            Checked(parsed.GetValue(days))))));
        return command;
    }

    private static Command Invite()
    {
        (Option<string[]> config, Option<string?> data, Option<string?> node, Option<int> days) = (Config, Data, Node, Days);
        var name = new Argument<string>("name") { Description = "the node that is invited" };
        var roles = new Option<string>("--roles") { Description = "what it may be: director,storage,client", Required = true };
        var valid = new Option<string>("--valid") { Description = "how long the invitation is good", DefaultValueFactory = _ => "1 h" };
        var command = new Command("invite", "On a director's host: prints a line that lets one host join, once.")
            { name, roles, valid, data, node, days };
        command.SetAction(parsed => NodeProgram.Guarded(() => Enrolling(() => NodeEnrolment.Invite(
            NodeProgram.Settings(parsed.GetValue(config), parsed.GetValue(node), parsed.GetValue(data)),
            new InvitedNode(parsed.GetValue(name)!, RolesOf(parsed.GetValue(roles)!), DurationOf(parsed.GetValue(valid)!),
                Checked(parsed.GetValue(days)))))));
        return command;
    }

    private static Command Join()
    {
        (Option<string[]> config, Option<string?> data, Option<string?> node) = (Config, Data, Node);
        var token = new Argument<string>("token") { Description = "the line that invite printed; - reads it from standard input" };
        var command = new Command("join", "On the invited host: gets this node its certificate, or a new one.")
            { token, data, node };
        command.SetAction(parsed => NodeProgram.Guarded(() => Enrolling(() => NodeEnrolment.Join(
            NodeProgram.Settings(parsed.GetValue(config), parsed.GetValue(node), parsed.GetValue(data)),
            InvitationToken.Parse(parsed.GetValue(token) is "-" ? Console.In.ReadLine() ?? "" : parsed.GetValue(token)!)))));
        return command;
    }

    private static Command Renew()
    {
        (Option<string[]> config, Option<string?> data, Option<string?> node, Option<int> days) = (Config, Data, Node, Days);
        var command = new Command("renew", "Where 'init' ran: a new certificate for this node; other hosts join again.")
            { data, node, days };
        command.SetAction(parsed => NodeProgram.Guarded(() => Enrolling(() => NodeEnrolment.Renew(
            NodeProgram.Settings(parsed.GetValue(config), parsed.GetValue(node), parsed.GetValue(data)),
            Checked(parsed.GetValue(days))))));
        return command;
    }

    private static Command Certificate()
    {
        (Option<string[]> config, Option<string?> data, Option<string?> node) = (Config, Data, Node);
        var command = new Command("certificate", "Shows this node's certificate: who, roles, until when.") { data, node };
        command.SetAction(parsed => NodeProgram.Guarded(() => Enrolling(() => NodeEnrolment.Show(
            NodeProgram.Settings(parsed.GetValue(config), parsed.GetValue(node), parsed.GetValue(data))))));
        return command;
    }

    private static int Enrolling(Action act)
    {
        try
        {
            act();
            return 0;
        }
        catch (Exception e) when (e is CertificateException or EnrolmentException)
        {
            throw new NodeRefusedException(e.Message);
        }
    }

    private static NodeRoles RolesOf(string words) =>
        NodeIdentity.ParseRoles(words.ToLowerInvariant().Replace(" ", "", StringComparison.Ordinal))
        ?? throw new NodeRefusedException($"--roles: '{words}' is no list of roles; write some of director,storage,client");

    private static TimeSpan DurationOf(string text)
    {
        try
        {
            return Quantities.ParseDuration(text);
        }
        catch (FormatException e)
        {
            throw new NodeRefusedException($"--valid: {e.Message}");
        }
    }

    private static int Checked(int days) => days is >= 1 and <= CertificateAuthority.DaysMax
        ? days
        : throw new NodeRefusedException($"--days: a certificate is good for 1 to {CertificateAuthority.DaysMax} days, not {days}");
}
