using System.Globalization;

namespace Animarium.Studio.Tests.Training;

/// <summary>Messages in English while it lives, whatever the machine speaks.</summary>
sealed class English : IDisposable
{
    readonly CultureInfo before = CultureInfo.CurrentUICulture;

    public English() => CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;

    public void Dispose() => CultureInfo.CurrentUICulture = before;
}
