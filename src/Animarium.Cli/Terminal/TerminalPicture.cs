using System.Globalization;
using System.IO.Compression;
using Animarium.Studio.Images;

namespace Animarium.Cli.Terminal;

/// <summary>How a terminal shows pictures.</summary>
internal enum PictureProtocol
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Kitty's graphics protocol: kitty, Ghostty, Konsole.</summary>
    Kitty,

    /// <summary>iTerm2's inline images: iTerm2, WezTerm, mintty, VS Code.</summary>
    ITerm2,

    /// <summary>Sixels, DEC 1983: foot, mlterm, xterm -ti vt340.</summary>
    Sixel,
}

/// <summary>Pictures between the lines of a terminal.</summary>
internal static class TerminalPicture
{
    private const int LongestSide = 512; // pixels: larger pictures are scaled, the file is what counts
    private const int KittyChunk = 4096; // characters of Base64 in one escape sequence, the protocol's limit

    /// <summary>What the terminal says about itself by environment variables; a question to the terminal itself would need its answer read from the keyboard.</summary>
    public static PictureProtocol Detect(Func<string, string?> environment)
    {
        string terminal = environment("TERM") ?? "", program = environment("TERM_PROGRAM") ?? "";
        // tmux and screen swallow pictures unless set up to pass them on.
        if (environment("TMUX") is not null || terminal.StartsWith("screen", StringComparison.Ordinal) || terminal.StartsWith("tmux", StringComparison.Ordinal)) return PictureProtocol.None;
        if (environment("KITTY_WINDOW_ID") is not null || terminal is "xterm-kitty" or "xterm-ghostty" || program == "ghostty" || environment("KONSOLE_VERSION") is not null) return PictureProtocol.Kitty;
        if (program is "iTerm.app" or "WezTerm" or "mintty") return PictureProtocol.ITerm2;
        return terminal is "foot" or "foot-extra" or "mlterm" || terminal.Contains("sixel", StringComparison.Ordinal) ? PictureProtocol.Sixel : PictureProtocol.None;
    }

    /// <summary>The escape sequences that show a picture, ending with a line break.</summary>
    public static string Draw(Picture picture, PictureProtocol protocol)
    {
        var small = Fitted(picture.Rgb());
        return protocol switch
        {
            PictureProtocol.Kitty => Kitty(small) + "\n",
            PictureProtocol.ITerm2 => ITerm2(small) + "\n",
            PictureProtocol.Sixel => Sixel.Encode(small) + "\n",
            _ => "",
        };
    }

    private static Picture Fitted(Picture picture)
    {
        double scale = (double)LongestSide / Math.Max(picture.Width, picture.Height);
        return scale >= 1 ? picture : PictureScaling.Resize(picture, Math.Max(1, (int)(picture.Width * scale)), Math.Max(1, (int)(picture.Height * scale)));
    }

    /// <summary>a=T: transmit and show; f=24: RGB; o=z: zlib; q=2: no answer, which would end up on the command line.</summary>
    private static string Kitty(Picture picture)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(picture.Pixels);
        string data = Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length);
        string head = string.Create(CultureInfo.InvariantCulture, $"a=T,f=24,o=z,q=2,s={picture.Width},v={picture.Height},");
        return string.Concat(Enumerable.Range(0, (data.Length + KittyChunk - 1) / KittyChunk).Select(n =>
            $"\e_G{(n == 0 ? head : "")}m={((n + 1) * KittyChunk < data.Length ? 1 : 0)};{data.AsSpan(n * KittyChunk, Math.Min(KittyChunk, data.Length - n * KittyChunk))}\e\\"));
    }

    private static string ITerm2(Picture picture)
    {
        var (png, _) = PictureFile.Encode(picture, PictureFormat.Png);
        return $"\e]1337;File=inline=1;size={png.Length}:{Convert.ToBase64String(png)}\a";
    }
}
