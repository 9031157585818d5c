using System.Text;

namespace Animarium.Studio.Prompts.Dictionary;

/// <summary>
/// Japanese by its sound in Latin letters. Hepburn and Kunrei, long and short vowels, n and nn all come to one spelling, so that however
/// somebody types <c>nagai kami</c>, it begins like 長い髪 is read, even in the middle of a syllable or of an input method's work (<c>ながいｋ</c>).
/// </summary>
public static class Romaji
{
    private const string Kana =
        "あaいiうuえeおoかkaきkiくkuけkeこkoさsaしsiすsuせseそsoたtaちtiつtuてteとtoなnaにniぬnuねneのnoはhaひhiふhuへheほhoまmaみmiむmuめmeもmoやyaゆyuよyoらraりriるruれreろroわwaゐiゑeをoんn" +
        "がgaぎgiぐguげgeごgoざzaじziずzuぜzeぞzoだdaぢziづzuでdeどdoばbaびbiぶbuべbeぼboぱpaぴpiぷpuぺpeぽpoゔbu";

    private static readonly Dictionary<char, string> Syllables = Table();

    private static readonly (string From, string To)[] Spellings =
    [
        ("tch", "tty"), ("ssh", "ssy"), ("sh", "sy"), ("ch", "ty"), ("tsu", "tu"), ("ts", "t"), ("j", "zy"), ("f", "h"), ("v", "b"), ("l", "r"), ("dz", "z"),
        ("zyy", "zy"), ("syi", "si"), ("tyi", "ti"), ("zyi", "zi"), ("mb", "nb"), ("mp", "np"), ("ā", "a"), ("ī", "i"), ("ū", "u"), ("ē", "e"), ("ō", "o"), ("â", "a"), ("î", "i"), ("û", "u"), ("ê", "e"), ("ô", "o"),
        ("ou", "o"),
    ];

    /// <summary>The sound of kana, romaji or a mixture; null where it cannot be told (kanji) or there is nothing to tell.</summary>
    /// <param name="text">Already <see cref="TagText.Fold">folded</see>.</param>
    public static string? Of(string text)
    {
        var sound = new StringBuilder(text.Length * 2);
        bool doubled = false;
        foreach (char c in text)
        {
            if (c is ' ' or '-' or '\'' or 'ー' or '・') continue;
            if (c == 'っ')
            {
                doubled = true;
                continue;
            }
            if (Small(c) is { } small) Contract(sound, small);
            else if ((Syllables.GetValueOrDefault(c) ?? Letter(c)) is { } letters)
            {
                if (doubled) sound.Append(letters[0]);
                sound.Append(letters);
            }
            else return null;
            doubled = false;
        }
        return sound.Length == 0 ? null : OneSpelling(sound.ToString());
    }

    private static string OneSpelling(string sound)
    {
        // A syllable that is not finished shows only how its letters will begin.
        if (sound.EndsWith("sh", StringComparison.Ordinal) || sound.EndsWith("ch", StringComparison.Ordinal)) sound = sound[..^2] + (sound[^2] == 's' ? 's' : 't');
        if (sound.EndsWith('j')) sound = sound[..^1] + 'z';
        foreach (var (from, to) in Spellings) sound = sound.Replace(from, to, StringComparison.Ordinal);
        var once = new StringBuilder(sound.Length);
        foreach (char c in sound)
            if (once.Length == 0 || once[^1] != c || !"aiueon".Contains(c, StringComparison.Ordinal)) once.Append(c);
        return once.ToString();
    }

    private static string? Letter(char c) => char.IsAsciiLetterLower(c) || "āīūēōâîûêô".Contains(c, StringComparison.Ordinal) ? c.ToString() : null;

    /// <summary>What a small kana makes of the syllable before it.</summary>
    private static string? Small(char c) => c switch { 'ゃ' => "ya", 'ゅ' => "yu", 'ょ' => "yo", 'ぁ' => "a", 'ぃ' => "i", 'ぅ' => "u", 'ぇ' => "e", 'ぉ' => "o", _ => null };

    private static void Contract(StringBuilder sound, string small)
    {
        if (sound.Length > 1 && "iueo".Contains(sound[^1], StringComparison.Ordinal))
        {
            bool soft = sound[^1] == 'i' && small[0] != 'y' && sound[^2] is 's' or 't' or 'z'; // シェ, チェ, ジェ
            sound.Length--;
            if (soft && small is not "i") sound.Append('y');
        }
        else if (sound.Length == 1 && sound[0] == 'u' && small[0] != 'y') sound[^1] = 'w'; // ウィ
        sound.Append(small);
    }

    private static Dictionary<char, string> Table()
    {
        var table = new Dictionary<char, string>();
        for (int at = 0; at < Kana.Length;)
        {
            int end = at + 1;
            while (end < Kana.Length && char.IsAsciiLetter(Kana[end])) end++;
            table[Kana[at]] = Kana[(at + 1)..end];
            at = end;
        }
        return table;
    }
}
