using Microsoft.JSInterop;

namespace Animarium.Web.Shell;

/// <summary>What only the browser can do, in <c>wwwroot/studio.js</c>: remembering, files that are dropped, the mask's canvas. One for each circuit.</summary>
public sealed class Browser(IJSRuntime js) : IAsyncDisposable
{
    private readonly Lazy<Task<IJSObjectReference>> module = new(() => js.InvokeAsync<IJSObjectReference>("import", "./studio.js").AsTask());

    /// <summary>Reads what this browser remembered; null: nothing.</summary>
    public async ValueTask<string?> Recall(string name) => await (await module.Value).InvokeAsync<string?>("recall", name);

    /// <summary>Makes this browser remember a text.</summary>
    public ValueTask Remember(string name, string value) => Do("remember", name, value);

    /// <summary>Calls a function of the module.</summary>
    public async ValueTask Do(string function, params object?[] arguments) => await (await module.Value).InvokeVoidAsync(function, arguments);

    /// <summary>Calls a function of the module for its result.</summary>
    public async ValueTask<T> Ask<T>(string function, params object?[] arguments) => await (await module.Value).InvokeAsync<T>(function, arguments);

    /// <summary>Ends what a function of the module watches; null: it watches nothing yet.</summary>
    public static async ValueTask Stop(IJSObjectReference? watch)
    {
        if (watch is null) return;
        try
        {
            await watch.InvokeVoidAsync("stop");
            await watch.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!module.IsValueCreated) return;
        try
        {
            await (await module.Value).DisposeAsync();
        }
        catch (JSException)
        {
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, and with it all that there was to dispose of.
        }
    }
}
