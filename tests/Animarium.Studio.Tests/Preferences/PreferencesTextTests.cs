using System.Globalization;
using System.Text.Json.Nodes;
using Animarium.Studio.Generation;
using Animarium.Studio.Preferences;
using CsCheck;
using Xunit;

namespace Animarium.Studio.Tests.Preferences;

/// <summary>The text of settings.toml.</summary>
public sealed class PreferencesTextTests
{
    private static StudioSettings Read(string text) => PreferencesText.Read(text, "settings.toml");

    private static string Change(string text, string key, JsonNode? value)
    {
        var setting = StudioOptions.Find(key)!;
        return PreferencesText.Change(text, setting, value is null ? null : setting.ToJson(setting.With(new(), value)));
    }

    [Theory, InlineData("en"), InlineData("ja")]
    public void A_new_file_explains_every_setting_and_sets_none(string language)
    {
        string text = PreferencesText.Create(CultureInfo.GetCultureInfo(language));
        Assert.Equal(new StudioSettings(), Read(text));
        Assert.All(StudioOptions.All, setting => Assert.Contains($"# {setting.HelpText(CultureInfo.GetCultureInfo(language))}\n# {setting.Name} = ", text, StringComparison.Ordinal));
        Assert.Equal(language == "ja", text.Contains("設定です", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_example_of_a_new_file_can_be_taken_as_it_stands()
    {
        string text = string.Join('\n', PreferencesText.Create(CultureInfo.InvariantCulture).Split('\n').Select(line => StudioOptions.All.Any(setting => line.StartsWith($"# {setting.Name} = ", StringComparison.Ordinal)) ? line[2..] : line));
        var settings = Read(text);
        Assert.Equal(new GenerationRequest() with { Model = null }, settings.Drawing.Complete());
        Assert.Equal((5, 7680, "127.0.0.1", "HF_TOKEN"), (settings.IdleMinutes, settings.Port, settings.Address, settings.TokenVariable));
    }

    [Fact]
    public void Defaults_of_requests_come_from_the_file()
    {
        var settings = Read("[drawing]\nsteps = 12\ncfg_rescale = 0.5\nrating = \"sensitive\"\nwidth = 832\n[machine]\ndevice = \"cpu\"\n[output]\nformat = \"webp\"\nnames = \"{date}/{seed}\"");
        Assert.Equal("""{"rating":"sensitive","width":832,"steps":12,"cfgRescale":0.5,"device":"cpu","out":"{date}/{seed}","format":"webp"}""", settings.Defaults.ToJson().ToJsonString());
    }

    private const string Handmade = "\r\n  # mine\r\n[server] # the server\r\n\r\n#port=1\r\n  port   =  7681    # because\r\naddress = '''\r\n127.0.0.1'''\r\n[ folders ]\r\nimports = [\"/a\", # first\r\n  \"/b\"]\r\n\r\n[drawing]\r\n\"steps\" = 0x1E # 30\r\n# end, without a newline";

    [Theory]
    [InlineData("server.port", "80", "  port   =  7681 ", "  port   =  80 ")]
    [InlineData("drawing.steps", "8", "0x1E", "8")]
    [InlineData("folders.imports", "[\"/c\"]", "[\"/a\", # first\r\n  \"/b\"]", "[\"/c\"]")]
    [InlineData("server.address", "\"0.0.0.0\"", "'''\r\n127.0.0.1'''", "\"0.0.0.0\"")]
    [InlineData("server.port", null, "port   =  7681", "# port   =  7680")]
    [InlineData("server.upload_limit", "9", "[server] # the server\r\n", "[server] # the server\r\nupload_limit = 9\r\n")]
    [InlineData("drawing.cfg", "4.5", "[drawing]\r\n", "[drawing]\r\ncfg = 4.5\r\n")]
    [InlineData("machine.device", "\"cpu\"", "# end, without a newline", "# end, without a newline\r\n\r\n[machine]\r\ndevice = \"cpu\"\r\n")]
    public void A_change_leaves_every_other_byte_as_it_was(string key, string? value, string before, string after) =>
        Assert.Equal(Handmade.Replace(before, after, StringComparison.Ordinal), Change(Handmade, key, value is null ? null : JsonNode.Parse(value)));

    [Fact]
    public void Any_change_is_read_back_and_touches_one_line()
    {
        var changes = StudioOptions.All.Where(setting => setting.Example is not null).ToList();
        Gen.Int[0, changes.Count - 1].Array[1, 12].Sample(picks =>
        {
            string text = PreferencesText.Create(CultureInfo.InvariantCulture);
            foreach (int pick in picks)
            {
                string changed = Change(text, changes[pick].Key, changes[pick].Example);
                Assert.Equal(changes[pick].Example?.ToJsonString(), changes[pick].ToJson(Read(changed))?.ToJsonString());
                var differences = text.Split('\n').Zip(changed.Split('\n')).Where(pair => pair.First != pair.Second).ToList();
                Assert.True(differences.Count <= 1 && text.Count(c => c == '\n') == changed.Count(c => c == '\n'));
                Assert.All(differences, pair => Assert.Equal(pair.First, "# " + pair.Second));
                text = changed;
            }
            foreach (int pick in picks.Distinct()) text = Change(text, changes[pick].Key, null);
            Assert.Equal(PreferencesText.Create(CultureInfo.InvariantCulture), text);
        }, iter: 50);
    }

    [Fact]
    public void Dotted_and_inline_writings_are_changed_where_they_stand()
    {
        Assert.Equal("server.port = 9\n", Change("server.port = 8\n", "server.port", 9));
        Assert.Equal("server = { port = 9, address = \"::1\" }\n", Change("server = { port = 8, address = \"::1\" }\n", "server.port", 9));
        Assert.Equal("server.upload_limit cannot be changed from here, because of how the file is written. Write it as a line of its own below [server] first.",
            Assert.Throws<SettingException>(() => Change("server = { port = 8 }\n", "server.upload_limit", 9)).Message);
    }

    [Theory]
    [InlineData("[server]\nport = 99999", "settings.toml, line 2: server.port must be a whole number from 0 to 65535, not '99999'. Correct the line, or put a # before it.")]
    [InlineData("\n\n[server]\nprot = 1", "settings.toml, line 4: there is no setting 'server.prot'. Near it: server.port, server.address, server.host_names. Correct the name, or put a # before the line.")]
    [InlineData("[sever]", "settings.toml, line 1: there is no setting 'sever'.")]
    [InlineData("port = 1", "settings.toml, line 1: there is no setting 'port'.")]
    [InlineData("[drawing]\nprompt = \"x\"", "settings.toml, line 2: there is no setting 'drawing.prompt'.")]
    [InlineData("[drawing]\nsampler = \"magic\"", "settings.toml, line 2: sampler must be one of ")]
    [InlineData("[folders]\npictures = \"pics\"", "settings.toml, line 2: folders.pictures must be a full path, or empty, not 'pics'.")]
    [InlineData("[folders]\nimports = \"/a\"", "settings.toml, line 2: folders.imports must be a list of full paths")]
    [InlineData("[output]\nnames = \"../{seed}\"", "settings.toml, line 2: output.names must be a pattern of file names such as {date}/{seed}, within the folder of pictures, or empty, not '../{seed}'.")]
    [InlineData("[output]\nnames = \"{sed}\"", "settings.toml, line 2: output.names must be a pattern")]
    [InlineData("[server\nport = 1", "settings.toml, line 1 cannot be read: ")]
    [InlineData("[server]\nport = 1\nport = 2", "settings.toml, line 3 cannot be read: ")]
    [InlineData("[downloads]\ntoken_variable = \"hf_secret-token\"", "settings.toml, line 2: downloads.token_variable must be one of HF_TOKEN, …")]
    public void A_mistake_is_told_with_its_line_and_what_to_do(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<SettingException>(() => Read(text)).Message, StringComparison.Ordinal);
}
