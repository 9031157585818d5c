using System.Net;
using System.Net.Http.Headers;
using Animarium.Studio.Texts;

namespace Animarium.Studio.ModelLibrary.Downloads;

/// <summary>Asks for a file and follows the server's directions. The token goes to the source's own host alone, whoever directs elsewhere.</summary>
internal sealed class DownloadConnection : IDisposable
{
    private const int MostRedirects = 10;

    private readonly DownloadOptions options;

    // Redirects are followed here, where it is known what may be sent along. Proxies are those of the system and of HTTPS_PROXY.
    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public DownloadConnection(DownloadOptions options)
    {
        this.options = options;
        client.DefaultRequestHeaders.UserAgent.Add(new("Animarium", typeof(DownloadConnection).Assembly.GetName().Version?.ToString(2)));
    }

    /// <summary>The answer that holds the file, or says that there is none.</summary>
    /// <param name="file">What is asked for.</param>
    /// <param name="from">How many bytes are here.</param>
    /// <param name="validator">By which the server tells whether they are of the same file.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DownloadException">It leads to where nothing is fetched from.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    public async Task<HttpResponseMessage> Open(FileDownload file, long from, string? validator, CancellationToken cancellation)
    {
        var place = file.Source;
        for (int redirects = 0; ; redirects++)
        {
            Require(place);
            using var request = new HttpRequestMessage(HttpMethod.Get, place);
            request.Headers.AcceptEncoding.ParseAdd("identity"); // ranges are of the file, not of something compressed
            if (file.Token is { } token && SameHost(place, file.Source)) request.Headers.Authorization = new("Bearer", token);
            if (from > 0)
            {
                request.Headers.Range = new(from, null);
                request.Headers.IfRange = RangeConditionHeaderValue.Parse(validator!);
            }
            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } next) return response;
            response.Dispose();
            if (redirects == MostRedirects) throw new DownloadException(DownloadProblem.Refused, Words.Say("download.redirects", Shown(file.Source)));
            place = new(place, next);
        }
    }

    /// <summary>A place without anything secret in it.</summary>
    public static string Shown(Uri place) => place.IsAbsoluteUri ? $"{place.Scheme}://{place.Authority}{place.AbsolutePath}" : place.ToString();

    /// <exception cref="DownloadException">It is neither https nor this machine.</exception>
    public void Require(Uri place)
    {
        if (!place.IsAbsoluteUri || place.Scheme != Uri.UriSchemeHttps && !(options.AllowsLoopback && place.Scheme == Uri.UriSchemeHttp && place.IsLoopback) || place.UserInfo.Length > 0)
            throw new DownloadException(DownloadProblem.Refused, Words.Say("download.https", Shown(place)));
    }

    private static bool SameHost(Uri a, Uri b) => (a.Scheme, a.IdnHost, a.Port) == (b.Scheme, b.IdnHost, b.Port);

    public void Dispose() => client.Dispose();
}
