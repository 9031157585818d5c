namespace Animarium.Web.Api;

/// <summary>A request is answered with an error instead of its result.</summary>
public sealed class RefusedException : Exception
{
    /// <summary>Without a reason.</summary>
    public RefusedException() : this("") { }

    /// <summary>With the reason in words.</summary>
    public RefusedException(string message) : this(400, "request", message) { }

    /// <summary>With the reason in words and its cause.</summary>
    public RefusedException(string message, Exception inner) : base(message, inner) => (Status, Code) = (400, "request");

    /// <summary>With everything a program wants to know.</summary>
    /// <param name="status">HTTP's number.</param>
    /// <param name="code">A stable word.</param>
    /// <param name="message">For people: what happened, and what to do next.</param>
    public RefusedException(int status, string code, string message) : base(message) => (Status, Code) = (status, code);

    /// <summary>HTTP's number.</summary>
    public int Status { get; }

    /// <summary>A stable word.</summary>
    public string Code { get; }

    /// <summary>The field of the request it is about; null: none in particular.</summary>
    public string? Field { get; init; }

    /// <summary>After how many seconds it may be tried again; null: it does not matter.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Something that an address names is not there.</summary>
    public static RefusedException Unknown(string what, object id) => new(404, "unknown", ApiText.Say("Unknown", what, id));
}
