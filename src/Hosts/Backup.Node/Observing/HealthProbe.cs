using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Backup.Node.Observing;

/// <summary>One thing a node needs to do its work. Called on the thread pool at each question; answers within a second.</summary>
/// <param name="Name">As a metric's label: "catalog", "storage disk1", "client web1".</param>
/// <param name="Fault">Null while all is well, else one line that says what is wrong.</param>
internal sealed record HealthProbe(string Name, Func<string?> Fault) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Fault() is { } fault ? HealthCheckResult.Unhealthy(fault) : HealthCheckResult.Healthy());
}
