using System.Net;
using Animarium.Studio.Texts;

namespace Animarium.Studio.ModelLibrary.Downloads;

/// <summary>What a server's answer means for what is here.</summary>
internal static class DownloadAnswer
{
    /// <summary>Looks at an answer before its bytes are taken; begins again where they do not go on from what is here.</summary>
    /// <returns>The size of the whole file; null: the server does not say.</returns>
    /// <exception cref="DownloadException">It will not get better.</exception>
    /// <exception cref="InterruptedException">It may get better.</exception>
    public static long? Read(HttpResponseMessage response, FileDownload file, PartialFile part, TimeProvider time)
    {
        string place = DownloadConnection.Shown(file.Source);
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                part.Empty();
                return Described(response, file, part, response.Content.Headers.ContentLength);
            case HttpStatusCode.PartialContent when response.Content.Headers.ContentRange is { From: { } from, Length: var length } && from == part.Length && (Validator(response) is not { } now || now == part.Noted?.Validator):
                return Described(response, file, part, length ?? part.Noted?.Total);
            case HttpStatusCode.RequestedRangeNotSatisfiable when response.Content.Headers.ContentRange?.Length is { } whole && whole == part.Length:
                return whole;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                part.Empty(); // other bytes than were asked for
                throw new InterruptedException(Words.Say("download.changed"));
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                throw new DownloadException(DownloadProblem.Token, Words.Say(file.Token is null ? "download.token" : "download.wrongToken", place, (int)response.StatusCode));
            case HttpStatusCode.NotFound or HttpStatusCode.Gone:
                throw new DownloadException(DownloadProblem.Missing, Words.Say("download.missing", place));
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                var after = response.Headers.RetryAfter;
                throw new InterruptedException(Words.Say("download.status", (int)response.StatusCode), after?.Delta ?? after?.Date - time.GetUtcNow());
            default:
                throw new DownloadException(DownloadProblem.Refused, Words.Say("download.answer", place, (int)response.StatusCode));
        }
    }

    private static long? Described(HttpResponseMessage response, FileDownload file, PartialFile part, long? total)
    {
        if (response.Content.Headers.ContentEncoding.Any(encoding => encoding != "identity") || response.Content.Headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml")
            throw new DownloadException(DownloadProblem.Different, Words.Say("download.page", DownloadConnection.Shown(file.Source)));
        if (total is { } bytes && file.Bytes is { } wanted && bytes != wanted) throw Downloader.Different(file, bytes);
        part.Describe(new(file.Source.AbsoluteUri, Validator(response) ?? part.Noted?.Validator, total));
        return total;
    }

    /// <summary>What tells this state of the file from others; a weak tag does not.</summary>
    private static string? Validator(HttpResponseMessage response) =>
        response.Headers.ETag is { IsWeak: false } tag ? tag.Tag : response.Content.Headers.LastModified?.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
}
