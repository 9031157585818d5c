namespace Animarium.Studio.ModelLibrary;

/// <summary>Which of a model's files is wanting.</summary>
public enum ModelProblem
{
    /// <summary>No model or file has this name.</summary>
    Unknown,

    /// <summary>Parts of the model are missing.</summary>
    Incomplete,

    /// <summary>A part does not fit the others, or is something else.</summary>
    Mismatch,

    /// <summary>A file is broken or cannot be read.</summary>
    Unreadable,
}

/// <summary>A model or LoRA cannot be used; the message says which file, why, and what to do.</summary>
public sealed class ModelException : Exception
{
    /// <summary>Without a reason.</summary>
    public ModelException() { }

    /// <summary>With the reason in words.</summary>
    public ModelException(string message) : base(message) { }

    /// <summary>With the reason in words and its cause.</summary>
    public ModelException(string message, Exception inner) : base(message, inner) { }

    /// <summary>With the kind of problem.</summary>
    public ModelException(ModelProblem problem, string message, Exception? inner = null) : base(message, inner) => Problem = problem;

    /// <summary>For programs.</summary>
    public ModelProblem Problem { get; }
}
