using System.Net;
using Backup.Node.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Backup.Node.Observing;

/// <summary>What a node tells of itself to a monitoring system.</summary>
/// <param name="Listen">"address:port"; port 0 takes a free one.</param>
/// <param name="Node">The node's name, on every figure.</param>
internal sealed record ObservationOptions(string Listen, string Node, string Version);

/// <summary>
/// Figures and health of one process over HTTP, for whoever may reach the port; no name of a saved file is in them.
/// <c>/metrics</c> (Prometheus), <c>/health/live</c> (the process answers), <c>/health/ready</c> (all probes are well).
/// The web host is an empty one: no environment variable or settings file has a say.
/// </summary>
internal sealed class ObservationServer : IDisposable
{
    private const int ConnectionsMax = 16;
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(2);

    /// <summary>Everything the product measures has a meter of this prefix.</summary>
    private const string Meters = "Backup.*";

    private readonly WebApplication _application;
    private readonly MeterProvider _figures;

    private ObservationServer(WebApplication application, MeterProvider figures)
    {
        _application = application;
        _figures = figures;
    }

    /// <summary>"http://address:port", with the port it really has.</summary>
    public string Address => _application.Urls.First();

    /// <summary>Listens. Throws <see cref="NodeRefusedException"/> with one line where it cannot.</summary>
    public static ObservationServer Start(ObservationOptions options, IReadOnlyList<HealthProbe> probes, ILoggerFactory loggers)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Limit(kestrel, options.Listen));
        builder.Services.AddRoutingCore().AddSingleton(loggers).AddLogging();
        IHealthChecksBuilder checks = builder.Services.AddHealthChecks();
        foreach (HealthProbe probe in probes) checks.AddCheck(probe.Name, probe);
        WebApplication application = builder.Build();
        MeterProvider figures = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource =>
                resource.AddService("backup-node", serviceVersion: options.Version, serviceInstanceId: options.Node))
            .AddMeter(Meters)
            .AddRuntimeInstrumentation()
            .AddPrometheusExporter()
            .Build();
        application.UseRouting();
        application.MapPrometheusScrapingEndpoint("/metrics", figures, null, null);
        application.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = Write });
        application.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = Write });
        return Listening(application, figures, options.Listen);
    }

    public void Dispose()
    {
        using var deadline = new CancellationTokenSource(StopWithin);
        _application.StopAsync(deadline.Token).GetAwaiter().GetResult();
        _application.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _figures.Dispose();
    }

    private static ObservationServer Listening(WebApplication application, MeterProvider figures, string listen)
    {
        try
        {
            application.StartAsync().GetAwaiter().GetResult();
            return new ObservationServer(application, figures);
        }
        catch (IOException e)
        {
            application.DisposeAsync().AsTask().GetAwaiter().GetResult();
            figures.Dispose();
            throw new NodeRefusedException($"metrics-listen {listen}: cannot listen there ({e.GetBaseException().Message.TrimEnd('.')}); "
                + "give another address, or leave metrics-listen out");
        }
    }

    private static void Limit(KestrelServerOptions kestrel, string listen)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
        kestrel.Limits.MaxRequestBodySize = 0;
        if (!IPEndPoint.TryParse(listen.Replace("localhost", "127.0.0.1", StringComparison.Ordinal), out IPEndPoint? address))
            throw new NodeRefusedException($"metrics-listen '{listen}' is no address:port; for example \"127.0.0.1:9105\"");
        kestrel.Listen(address);
    }

    /// <summary>One line a probe: "catalog: ok" or "client web1: no link to a director".</summary>
    private static Task Write(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        IEnumerable<string> lines = report.Entries.Select(entry => $"{entry.Key}: {Words(entry.Value)}\n");
        return context.Response.WriteAsync($"{(report.Status == HealthStatus.Healthy ? "ok" : "not well")}\n{string.Concat(lines)}");
    }

    private static string Words(HealthReportEntry entry) =>
        entry.Status == HealthStatus.Healthy ? "ok" : entry.Description ?? entry.Exception?.Message ?? "not well";
}
