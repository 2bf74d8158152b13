using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Backup.Messages.Clients;
using Backup.Messages.Sessions;
using Backup.TestKit.Channels;
using Backup.TestKit.Tls;
using Backup.Transfer.Channels;
using Backup.Transfer.Enrolment;
using Backup.Transfer.Links;
using Backup.Transfer.Tls;

namespace Backup.Tests.Unit.Tls;

/// <summary>A host joins at a director's control port, over real sockets, with files as they are on the director's disk.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class EnrolmentTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("backup-enrolment-").FullName;
    private readonly ShiftedClock _clock = new();
    private readonly TestInstallation _home;
    private readonly CertificateFolder _folder;
    private readonly NodeCertificates _director;
    private readonly ControlListener _listener;
    private readonly ConcurrentQueue<string> _log = new();

    public EnrolmentTests()
    {
        _home = new TestInstallation(_clock);
        _folder = new CertificateFolder(Path.Combine(_data, "tls"));
        _folder.SaveAuthority(_home.Authority);
        _director = _home.Node("director-1", NodeRoles.Director);
        var desk = new EnrolmentDesk(_folder, _director, _clock, TestInstallation.Entropy);
        _listener = new ControlListener(new TlsTransport(_director, _clock), "127.0.0.1:0", new NobodysDesk(), Settings,
            () => new ControlWelcome(0, "director-1", "1.0"), _log.Enqueue, desk.Serve);
    }

    [Fact]
    [Trait("Req", "NET-09")]
    public void An_invited_host_gets_a_certificate_for_the_key_it_made()
    {
        using JoinedNode joined = Joining.Join(Invite(), "client-1", Settings, "1.0");
        PeerVerdict verdict = _director.Verify(joined.Certificate);
        Assert.Equal(new NodeIdentity("client-1", NodeRoles.Client | NodeRoles.Storage, _home.Id), verdict.Identity);
        Assert.Equal(_home.Authority.Certificate.RawData, joined.Authority.RawData);
        using X509Certificate2 pair = joined.Certificate.CopyWithPrivateKey(joined.Key);
        Assert.True(pair.HasPrivateKey);
        Assert.InRange((joined.Certificate.NotAfter.ToUniversalTime() - _clock.GetUtcNow().UtcDateTime).TotalDays, 6.9, 7.1);
    }

    [Fact]
    public void A_token_is_good_once()
    {
        InvitationToken token = Invite();
        Joining.Join(token, "client-1", Settings, "1.0").Dispose();
        Assert.Contains("the invitation was used on 2", Refusal(token), StringComparison.Ordinal);
        string[] log = Logged(2); // in any order: each is written behind its own connection's end
        Assert.Contains(log, line => line.StartsWith("node 'client-1' has joined from", StringComparison.Ordinal));
        Assert.Contains(log, line => line.Contains("was used on", StringComparison.Ordinal));
    }

    [Fact]
    public void A_token_is_used_up_by_one_of_many_who_come_at_once()
    {
        InvitationToken token = Invite();
        int joined = 0;
        Parallel.For(0, 8, _ =>
        {
            try
            {
                Joining.Join(token, "client-1", Settings, "1.0").Dispose();
                Interlocked.Increment(ref joined);
            }
            catch (EnrolmentException)
            {
                // Seven of the eight are refused.
            }
        });
        Assert.Equal(1, joined);
    }

    [Fact]
    public void An_expired_token_is_refused_with_its_date()
    {
        InvitationToken token = Invite();
        _clock.Shift = TimeSpan.FromHours(2);
        Assert.Contains("the invitation expired on 2", Refusal(token), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_secret_an_unknown_invitation_and_a_wrong_name_have_their_lines_and_use_nothing_up()
    {
        InvitationToken token = Invite();
        Assert.Contains("secret is wrong", Refusal(token with { Secret = new byte[32] }), StringComparison.Ordinal);
        Assert.Contains("not known here", Refusal(token with { Invitation = Guid.AllBitsSet }), StringComparison.Ordinal);
        Assert.Contains("is for node 'client-1', not for node 'client-2'",
            Refusal(token with { Node = "client-2" }, "client-2"), StringComparison.Ordinal);
        Assert.Contains("and this is node 'other'", Refusal(token, "other"), StringComparison.Ordinal);
        Joining.Join(token, "client-1", Settings, "1.0").Dispose();
    }

    [Theory]
    [InlineData(-30)]
    [InlineData(30)]
    public void A_host_whose_clock_is_far_away_is_told_both_times(int minutes)
    {
        InvitationToken token = Invite();
        var theirs = new ShiftedClock { Shift = TimeSpan.FromMinutes(minutes) };
        string refusal = Assert.Throws<EnrolmentException>(() =>
            Joining.Join(token, "client-1", new ChannelSettings(theirs), "1.0")).Message;
        Assert.Contains("set the clocks right", refusal, StringComparison.Ordinal);
        Joining.Join(token, "client-1", Settings, "1.0").Dispose();
    }

    [Fact]
    public void A_director_of_another_authority_is_found_out_before_the_secret_is_sent()
    {
        InvitationToken token = Invite() with { Authority = SHA256.HashData("another"u8) };
        Assert.Contains("of another installation than the invitation; nothing was sent", Refusal(token), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_authoritys_key_the_line_says_where_to_ask_and_the_token_stays_good()
    {
        InvitationToken token = Invite();
        string key = Path.Combine(_folder.Folder, "authority.key");
        File.Move(key, key + ".away");
        Assert.Contains("where 'backup-node init' ran", Refusal(token), StringComparison.Ordinal);
        File.Move(key + ".away", key);
        Joining.Join(token, "client-1", Settings, "1.0").Dispose();
    }

    [Fact]
    public void An_address_that_asks_again_and_again_has_to_wait()
    {
        InvitationToken token = Invite() with { Secret = new byte[32] };
        for (int i = 0; i < 10; i++) Refusal(token);
        Assert.Contains("too many hosts ask to join", Refusal(token), StringComparison.Ordinal);
        _clock.Shift = TimeSpan.FromMinutes(2);
        Assert.Contains("secret is wrong", Refusal(token), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stranger_gets_no_control_link()
    {
        var hello = new ControlHello(1, 2, "client-1", new ClientPlatform("h", "Linux", "6", "x64", "Debian", "1", "ext4"), "1.0");
        Assert.Throws<ChannelException>(() => ControlDialer.Open(new UncheckedTls(null), _listener.Endpoint, hello, Settings));
        Assert.Contains("not this protocol", Assert.Single(Logged(1)), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "SEC-08")]
    public void The_secret_is_on_no_disk_and_in_no_log_and_files_are_their_owners_alone()
    {
        InvitationToken token = Invite();
        Joining.Join(token, "client-1", Settings, "1.0").Dispose();
        byte[] kept = File.ReadAllBytes(Assert.Single(Directory.GetFiles(_folder.InvitationsFolder)));
        Assert.Equal(-1, kept.AsSpan().IndexOf(token.Secret));
        Assert.DoesNotContain(Convert.ToHexString(token.Secret), string.Join('\n', Logged(1)) + token, StringComparison.OrdinalIgnoreCase);
        const UnixFileMode others = (UnixFileMode)0b111_111;
        string[] all = [_folder.Folder, _folder.InvitationsFolder, .. Directory.GetFiles(_data, "*", SearchOption.AllDirectories)];
        Assert.All(all, path => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & others));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("backup-join-1.")]
    [InlineData("backup-join-1.AAAA")]
    [InlineData("backup-join-1.!!!!")]
    public void What_is_no_token_is_refused_in_one_line(string line) =>
        Assert.DoesNotContain('\n', Assert.Throws<EnrolmentException>(() => InvitationToken.Parse(line)).Message);

    [Fact]
    public void A_tokens_line_comes_back_and_with_any_letter_changed_it_does_not()
    {
        InvitationToken token = Invite();
        string line = token.ToLine();
        InvitationToken read = InvitationToken.Parse($" {line}\n");
        Assert.Equal((token.Endpoint, token.Node, token.Invitation, token.Expires),
            (read.Endpoint, read.Node, read.Invitation, read.Expires));
        Assert.Equal(token.Secret, read.Secret);
        for (int at = 0; at < line.Length; at++)
        {
            char other = line[at] == 'A' ? 'B' : 'A';
            Assert.Throws<EnrolmentException>(() => InvitationToken.Parse(line[..at] + other + line[(at + 1)..]));
            Assert.Throws<EnrolmentException>(() => InvitationToken.Parse(line[..at]));
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _home.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private ChannelSettings Settings => new(_clock);

    private InvitationToken Invite() => new InvitationLedger(_folder, _clock, TestInstallation.Entropy).Invite(
        new NodeIdentity("client-1", NodeRoles.Client | NodeRoles.Storage, _home.Id), _listener.Endpoint,
        SHA256.HashData(_home.Authority.Certificate.RawData), TimeSpan.FromHours(1), 7);

    private string Refusal(InvitationToken token, string node = "client-1")
    {
        string line = Assert.Throws<EnrolmentException>(() => Joining.Join(token, node, Settings, "1.0")).Message;
        Assert.DoesNotContain('\n', line);
        return line;
    }

    /// <summary>The log when it has so many lines: a line is written behind the answer.</summary>
    private string[] Logged(int lines)
    {
        Assert.True(SpinWait.SpinUntil(() => _log.Count >= lines, ChannelPair.Patience));
        return [.. _log];
    }

    private sealed class NobodysDesk : IControlDesk
    {
        public string? Refusal(ControlHello hello, NodeIdentity? identity) => "nobody attaches here";
        public void Attached(ControlHello hello, ControlLink link) => link.Dispose();
    }

    /// <summary>The machine's time, moved; timers and timestamps are the machine's, moved too.</summary>
    private sealed class ShiftedClock : TimeProvider
    {
        public TimeSpan Shift { get; set; }
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;
        public override long GetTimestamp() => System.GetTimestamp() + (long)(Shift.TotalSeconds * TimestampFrequency);
    }
}
