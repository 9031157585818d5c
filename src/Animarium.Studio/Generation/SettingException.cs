namespace Animarium.Studio.Generation;

/// <summary>A setting has a value that cannot be used; the message names the field and what it may be.</summary>
public sealed class SettingException : Exception
{
    /// <summary>Without a reason.</summary>
    public SettingException() : this("") { }

    /// <summary>With the reason in words.</summary>
    public SettingException(string message) : this("", message) { }

    /// <summary>With the reason in words and its cause.</summary>
    public SettingException(string message, Exception inner) : base(message, inner) => Field = "";

    /// <summary>About one field.</summary>
    /// <param name="field">The knob's <see cref="Knob.Name"/>.</param>
    /// <param name="message">The reason in words.</param>
    /// <param name="inner">Its cause, or null.</param>
    public SettingException(string field, string message, Exception? inner = null) : base(message, inner) => Field = field;

    /// <summary>The <see cref="Knob.Name"/> of the field; empty if it is about several.</summary>
    public string Field { get; }
}
