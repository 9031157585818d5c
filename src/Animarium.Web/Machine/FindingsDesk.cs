using System.Globalization;
using Animarium.Studio.Hardware;
using Animarium.Studio.Storage;

namespace Animarium.Web.Machine;

/// <summary>What the doctor finds, for everyone who asks: it is asked once at a time, and again only when somebody wants that.</summary>
/// <param name="doctor">Looks.</param>
/// <param name="home">Whose disk is looked at.</param>
public sealed class FindingsDesk(DoctorProcess doctor, StudioHome home) : IDisposable
{
    private readonly Lock changing = new();
    private readonly Dictionary<string, Task<DoctorReport>> reports = []; // by language
    private readonly SemaphoreSlim turn = new(1); // two who measure at once measure each other
    private readonly CancellationTokenSource ended = new();

    /// <summary>The findings in the language of the current UI culture.</summary>
    /// <param name="again">Whether to look again though it is known; who asks while it is looked gets what comes of that.</param>
    public Task<DoctorReport> Findings(bool again = false)
    {
        var language = CultureInfo.CurrentUICulture;
        lock (changing)
        {
            if (reports.TryGetValue(language.TwoLetterISOLanguageName, out var known) && (!known.IsCompleted || known.IsCompletedSuccessfully && !again)) return known;
            return reports[language.TwoLetterISOLanguageName] = Task.Run(() => Look(language));
        }
    }

    private async Task<DoctorReport> Look(CultureInfo language)
    {
        CultureInfo.CurrentUICulture = language;
        await turn.WaitAsync(ended.Token);
        try
        {
            return await doctor.Examine(home.Pictures, language, ended.Token);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ended.Cancel();
        ended.Dispose();
        turn.Dispose();
    }
}
