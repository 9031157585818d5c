using System.Text;
using Animarium.Studio.Generation;
using Animarium.Studio.Training.Imports;
using Xunit;

namespace Animarium.Parity.Imports;

/// <summary>Samples with bytes changed, left out and doubled: they are read or refused in words, and nothing else happens.</summary>
public sealed class DamagedImportTests
{
    const int Copies = 200;

    public static TheoryData<string> Files => ImportCases.Of("training-toml", "dataset-toml", "command", "xmlora", "kohya-ss-json");

    [Theory, MemberData(nameof(Files))]
    public void Is_read_or_refused_in_words(string file)
    {
        byte[] whole = File.ReadAllBytes(Path.Combine(ImportCases.Folder, file));
        var random = new Random(5); // the same damage each time
        for (int copy = 0; copy < Copies; copy++)
        {
            string text = Encoding.UTF8.GetString(Damaged(whole, random));
            try
            {
                var report = SettingsImport.Read(text, file);
                Assert.True(report.Ok || report.Message!.Length > 0);
            }
            catch (SettingException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }
    }

    static byte[] Damaged(byte[] whole, Random random)
    {
        var bytes = whole.ToList();
        for (int change = random.Next(1, 6); change > 0; change--)
        {
            int at = random.Next(bytes.Count), length = Math.Min(random.Next(1, 40), bytes.Count - at);
            switch (random.Next(4))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(at, Math.Min(length, bytes.Count - 1)); break;
                case 2: bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length + 1), length)); break;
                default: bytes[at] = (byte)"[]{}\"'\\=<>&,.-0e"[random.Next(16)]; break;
            }
        }
        return [.. bytes];
    }
}
