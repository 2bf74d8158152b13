using Backup.Filesets.Walk;
using Backup.Messages.Sessions;
using Backup.TestKit.Trees;
using Backup.Tests.Simulation.Running;
using Backup.Volumes.Trees;

namespace Backup.Tests.Simulation;

/// <summary>What goes wrong during one round.</summary>
internal sealed record Faults(
    bool Files = false, bool Cut = false, bool Drive = false, bool Cancel = false, bool Director = false, bool Storage = false,
    bool Power = false, bool Client = false, bool Catalog = false, bool Outbox = false)
{
    public bool None => this == new Faults();
    public bool NoneButFiles => this == new Faults(Files: Files, Director: Director, Catalog: Catalog);
    public bool NoneButDirector => this == new Faults(Director: Director, Catalog: Catalog);

    /// <summary>A commit point may be on a volume that nobody was told of.</summary>
    public bool MayLeaveUntold => Drive || Storage || Cancel || Outbox;

    public override string ToString()
    {
        var met = new FaultCounts();
        Count(met);
        return None ? "" : $"[{met}]";
    }

    public void Count(FaultCounts met)
    {
        if (Files) met.Add("files that cannot be read");
        if (Cut) met.Add("cuts");
        if (Drive) met.Add("failed writes or syncs");
        if (Cancel) met.Add("cancels");
        if (Director) met.Add("directors lost");
        if (Storage && !Power) met.Add("storages killed");
        if (Power) met.Add("storages without power");
        if (Client) met.Add("clients killed");
        if (Catalog) met.Add("full catalogs");
        if (Outbox) met.Add("full disks of the outbox");
    }
}

/// <summary>Makes a round's faults come, and takes back what did not.</summary>
internal sealed class FaultPlan
{
    private readonly Life _life;
    private readonly Seeded _chance;
    private readonly int _losses;
    private readonly bool _lied;
    private Faults _planned = new();
    private bool _killed;

    private FaultPlan(Life life)
    {
        (_life, _chance, _losses) = (life, life.Chance, life.Director.Losses);
        _lied = life.Shelf.HasBrokenItsWord;
    }

    public bool Cancels => _planned.Cancel;

    public static FaultPlan ForBackups(Life life, IReadOnlyList<(Source Source, TreeChance Trees)> sources)
    {
        var plan = new FaultPlan(life);
        Seeded chance = plan._chance;
        if (chance.OneIn(4)) return plan;
        if (chance.OneIn(4)) plan._planned = new Faults(Director: true);
        else
        {
            int kill = chance.Below(6);
            plan._planned = new Faults(
                chance.OneIn(2), chance.OneIn(3), chance.OneIn(5), chance.OneIn(10), chance.OneIn(5), kill is 0 or 1, kill == 1, kill == 2,
                chance.OneIn(6), chance.OneIn(8));
        }
        plan.Arm(chance.Pick(ChannelPurpose.Store, ChannelPurpose.Store, ChannelPurpose.Tree, ChannelPurpose.Catalogue));
        if (plan._planned.Files) foreach ((Source source, TreeChance trees) in sources) FileFaults.Plan(life, source, trees);
        return plan;
    }

    public static FaultPlan ForRestore(Life life)
    {
        var plan = new FaultPlan(life);
        Seeded chance = plan._chance;
        if (chance.OneIn(2)) return plan;
        int kind = chance.Below(5);
        plan._planned = new Faults(Cut: kind == 0, Director: kind == 1, Storage: kind is 2 or 3, Power: kind == 3, Client: kind == 4);
        plan.Arm(chance.Pick(ChannelPurpose.Serve, ChannelPurpose.Serve, ChannelPurpose.Tree));
        return plan;
    }

    private void Arm(ChannelPurpose cut)
    {
        if (_planned.Cut) _life.Network.Cut = new PlannedCut(cut, _chance.Between(1, 60));
        if (_planned.Drive)
            (_life.Shelf.FailingWrite, _life.Shelf.FailingWriteLeaves) =
                (_life.Shelf.Writes + _chance.Between(1, _chance.Pick(6, 40)), _chance.Pick(0, 0, 512, 12 << 10, 1 << 20));
        if (_planned.Drive) _life.Shelf.FailingInARow = _chance.Pick(1, 2, 2, 40); // tried once more; ends the volume; ends the sessions
        TimeSpan away = TimeSpan.FromMilliseconds(_chance.Pick(1, 500, 20_000, 180_000));
        if (_planned.Director) _life.Director.LoseIn(_chance.Between(1, 40), away);
        (_life.IsCatalogFull, _life.Storage.OutboxDisk.IsFull) = (_planned.Catalog, _planned.Outbox);
        if (_planned.Catalog || _planned.Outbox) _life.Baton.In("", () => _life.Baton.Start("room is made", () =>
        {
            _life.Baton.Sleep(away);
            (_life.IsCatalogFull, _life.Storage.OutboxDisk.IsFull) = (false, false);
        }));
        if (!_planned.Storage && !_planned.Client) return;
        long steps = _chance.Between(1, _chance.Pick(20, 200, 1000, 4000));
        TimeSpan down = TimeSpan.FromMilliseconds(_chance.Pick(1, 3000, 60_000, 3_600_000));
        bool keep = _chance.OneIn(2);
        SimulatedClient client = _life.Clients[_chance.Below(_life.Clients.Count)];
        _life.Baton.Plan(steps, () =>
        {
            _killed = !_life.IsAnyAway;
            if (_planned.Storage) _life.KillStorage(_planned.Power, down);
            else _life.KillClient(client, keep, down);
        });
    }

    /// <summary>What of it came; the rest does not come any more, and whoever was away is back.</summary>
    public Faults Over()
    {
        _life.Baton.Plan(0, () => { });
        _life.AwaitEnds();
        var happened = _planned with
        {
            Cut = _planned.Cut && _life.Network.Cut is null,
            Drive = _planned.Drive && _life.Shelf.Writes >= _life.Shelf.FailingWrite,
            Director = _life.Director.Losses > _losses,
            Storage = _planned.Storage && _killed,
            Power = _planned.Power && _killed,
            Client = _planned.Client && _killed,
        };
        (_life.Network.Cut, _life.Shelf.FailingWrite) = (null, 0);
        _life.Director.KeepFromNowOn();
        return happened;
    }

    /// <summary>In this round the media turned out to have lost what they had promised to keep.</summary>
    public bool WasLiedTo => _life.Shelf.HasBrokenItsWord && !_lied;
}

/// <summary>Files that cannot be read, or change while they are.</summary>
internal static class FileFaults
{
    public static void Plan(Life life, Source source, TreeChance trees)
    {
        Seeded chance = life.Chance;
        var files = TreeChance.Below(source.Client.Files[source.Root], EntryKind.File);
        for (int i = chance.Between(1, 5); i > 0 && files.Count > 0; i--)
        {
            (VirtualNode parent, string name, VirtualNode node) = files[chance.Below(files.Count)];
            int times = chance.Pick(1, 1, 2, -1);
            switch (chance.Below(5))
            {
                case 0: node.OpenFault = (new SystemFault(SystemFault.PermissionDenied), times); break;
                case 1: node.ReadFault = (new SystemFault(SystemFault.InputOutput), times); break;
                case 2: node.StatusFault = (new SystemFault(SystemFault.NoEntry), times); break;
                case 3: node.WhileRead = (trees.Write, Math.Abs(times)); break;
                default:
                    node.WhileRead = (_ =>
                    {
                        if (!parent.Children.Remove(name)) return;
                        node.Links--;
                        node.Changed = node.Changed.Plus(TimeSpan.FromTicks(1));
                    }, 1);
                    break;
            }
        }
    }

    public static void Clear(Source source)
    {
        foreach ((_, _, VirtualNode node) in TreeChance.Below(source.Client.Files[source.Root]))
            (node.OpenFault, node.ReadFault, node.StatusFault, node.WhileRead) = (default, default, default, default);
    }
}
