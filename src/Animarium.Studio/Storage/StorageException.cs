namespace Animarium.Studio.Storage;

/// <summary>What is wrong with the studio's folder or database.</summary>
public enum StorageProblem
{
    /// <summary>It cannot be read or written, or is not there.</summary>
    Unreachable,

    /// <summary>Another server has the folder.</summary>
    InUse,

    /// <summary>Another program keeps the database locked; trying again helps.</summary>
    Locked,

    /// <summary>The disk is full; trying again helps once there is room.</summary>
    Full,

    /// <summary>The file is damaged.</summary>
    Damaged,

    /// <summary>A newer Animarium made the database.</summary>
    Newer,
}

/// <summary>The studio's folder or database cannot be used; the message says why and what to do. What was stored before is untouched.</summary>
public sealed class StorageException : Exception
{
    /// <summary>Without a reason.</summary>
    public StorageException() { }

    /// <summary>With the reason in words.</summary>
    public StorageException(string message) : base(message) { }

    /// <summary>With the reason in words and its cause.</summary>
    public StorageException(string message, Exception inner) : base(message, inner) { }

    /// <summary>With the kind of problem.</summary>
    public StorageException(StorageProblem problem, string message, Exception? inner = null) : base(message, inner) => Problem = problem;

    /// <summary>For programs.</summary>
    public StorageProblem Problem { get; }

    /// <summary>Whether the same may work later without anything being repaired.</summary>
    public bool IsPassing => Problem is StorageProblem.Locked or StorageProblem.Full;
}
