using System.Globalization;
using System.Text;
using Animarium.Studio.Generation;
using Animarium.Studio.Preferences;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Animarium.Studio.Tests.Preferences;

/// <summary>settings.toml while the studio runs.</summary>
public sealed class PreferencesFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("animarium-").FullName;
    private readonly FakeTimeProvider time = new();

    private string File => Path.Combine(folder, "settings.toml");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private PreferencesFile Open() => PreferencesFile.Open(File, time, CultureInfo.InvariantCulture);

    [Fact]
    public void The_first_use_writes_the_file_and_later_ones_leave_it_alone()
    {
        Open().Dispose();
        Assert.Equal(PreferencesText.Create(CultureInfo.InvariantCulture), System.IO.File.ReadAllText(File));
        System.IO.File.WriteAllText(File, "[server]\nport = 8000\n");
        using var file = Open();
        Assert.Equal((8000, "[server]\nport = 8000\n"), (file.Current.Port, System.IO.File.ReadAllText(File)));
    }

    [Fact]
    public void A_change_is_kept_and_told_and_keeps_the_byte_order_mark()
    {
        System.IO.File.WriteAllText(File, "[server]\r\nport = 8000 # mine\r\n", new UTF8Encoding(true));
        using var file = Open();
        int told = 0;
        file.Changed += () => told++;
        file.Set("server.port", "8001");
        Assert.Equal((8001, 1), (file.Current.Port, told));
        Assert.Equal([.. Encoding.UTF8.Preamble, .. "[server]\r\nport = 8001 # mine\r\n"u8], System.IO.File.ReadAllBytes(File));
        file.Set("server.port", null);
        Assert.Equal(7680, file.Current.Port);
        Assert.Equal([File], Directory.GetFiles(folder));
    }

    [Fact]
    public void A_value_that_is_refused_changes_nothing()
    {
        using var file = Open();
        Assert.Equal("server.port must be a whole number from 0 to 65535, not '-1'.", Assert.Throws<SettingException>(() => file.Set("server.port", -1)).Message);
        Assert.Contains("there is no setting 'server.token'", Assert.Throws<SettingException>(() => file.Set("server.token", "x")).Message, StringComparison.Ordinal);
        Assert.Equal(PreferencesText.Create(CultureInfo.InvariantCulture), System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void A_hand_edit_is_noticed_and_one_with_a_mistake_leaves_the_last_good_settings()
    {
        using var file = Open();
        int told = 0;
        file.Changed += () => told++;
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(0, told);

        System.IO.File.WriteAllText(File, "[server]\nport = 8002\n");
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal((8002, 1), (file.Current.Port, told));

        System.IO.File.WriteAllText(File, "[server]\nport = \"many\"\n");
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal((8002, 2), (file.Current.Port, told));
        Assert.StartsWith($"{File}, line 2: ", file.Problem, StringComparison.Ordinal);
        Assert.StartsWith($"{File}, line 2: ", Assert.Throws<SettingException>(() => file.Set("server.port", 1)).Message, StringComparison.Ordinal);
        Assert.Equal("[server]\nport = \"many\"\n", System.IO.File.ReadAllText(File));

        System.IO.File.WriteAllText(File, "[server]\nport = 8003 # mended\n");
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal((8003, 3), (file.Current.Port, told));
        Assert.Null(file.Problem);
    }

    [Fact]
    public void A_deleted_file_is_told_and_the_settings_hold()
    {
        System.IO.File.WriteAllText(File, "[server]\nport = 8002\n");
        using var file = Open();
        System.IO.File.Delete(File);
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(8002, file.Current.Port);
        Assert.Contains(File, file.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hand_edit_of_the_same_moment_survives_a_change()
    {
        using var file = Open();
        System.IO.File.WriteAllText(File, "# by hand\n[drawing]\nsteps = 9\n");
        file.Set("server.port", 1234);
        Assert.Equal("# by hand\n[drawing]\nsteps = 9\n\n[server]\nport = 1234\n", System.IO.File.ReadAllText(File));
        Assert.Equal((1234, 9), (file.Current.Port, file.Current.Drawing.Complete().Steps));
    }
}
