using System.Reflection;
using System.Reflection.Emit;
using Animarium.Diffusion.Tensors;
using TorchSharp;
using Xunit;

namespace Animarium.Tests;

/// <summary>
/// No program calls a method of TorchSharp that makes a scalar and lets go of it: a collection during the call frees the number under the
/// native code (see <see cref="Scalars"/>). eng/BannedSymbols.txt says so while one types; this test reads the compiled code of TorchSharp and of
/// every assembly beside it, so that it knows also the methods that nobody listed, and compound assignments.
/// </summary>
public class HeldScalarsTests
{
    const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    static readonly Dictionary<ushort, OpCode> Instructions = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => (ushort)code.Value);

    [Fact]
    public void No_scalar_is_left_to_the_collector()
    {
        var torch = typeof(torch).Assembly;
        var makers = Methods(torch).Where(IsMaker).ToHashSet();
        var unheld = CallersOf(makers, torch);
        Assert.Contains(unheld, method => method.Name == "vector_norm"); // the reading of code works

        var faults =
            from file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll")
            where Path.GetFileName(file).StartsWith("animarium", StringComparison.OrdinalIgnoreCase)
            from method in Methods(Assembly.Load(AssemblyName.GetAssemblyName(file)))
            where method.DeclaringType!.FullName is not ("Animarium.Diffusion.Tensors.Scalars" or "Animarium.Diffusion.Tensors.InPlace")
            from called in Calls(method)
            where makers.Contains(called) || unheld.Contains(called)
            select $"{method.DeclaringType}.{method.Name} calls {called.DeclaringType!.Name}.{called.Name}: use Tensors/Scalars.cs";
        Assert.Empty(faults.Distinct());
    }

    static bool IsMaker(MethodBase method) => method is MethodInfo { ReturnType: var made } && made == typeof(TorchSharp.Scalar) || method is ConstructorInfo && method.DeclaringType == typeof(TorchSharp.Scalar);

    /// <summary>All methods of TorchSharp that call one of these, directly or through others.</summary>
    static HashSet<MethodBase> CallersOf(HashSet<MethodBase> makers, Assembly torch)
    {
        var callers = Methods(torch).SelectMany(method => Calls(method).Select(called => (called, method))).ToLookup(call => call.called, call => call.method);
        var found = new HashSet<MethodBase>();
        var open = new Queue<MethodBase>(makers);
        while (open.TryDequeue(out var called))
            foreach (var caller in callers[called])
                if (!makers.Contains(caller) && found.Add(caller)) open.Enqueue(caller);
        return found;
    }

    static IEnumerable<MethodBase> Methods(Assembly assembly) =>
        assembly.GetTypes().SelectMany(type => type.GetMethods(Everything).Concat<MethodBase>(type.GetConstructors(Everything)));

    /// <summary>The methods that the code of a method names, generic ones as they are defined (ECMA-335, III).</summary>
    static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (int at = 0; at < code.Length;)
        {
            ushort value = code[at++];
            if (value == 0xFE) value = (ushort)(value << 8 | code[at++]);
            var kind = Instructions[value].OperandType;
            if (kind is OperandType.InlineMethod or OperandType.InlineTok && Resolve(method, BitConverter.ToInt32(code, at)) is { } called) yield return called;
            at += kind switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
                _ => 4,
            };
        }
    }

    static MethodBase? Resolve(MethodBase caller, int token)
    {
        var ofType = caller.DeclaringType!.IsGenericType ? caller.DeclaringType.GetGenericArguments() : null;
        var ofMethod = caller.IsGenericMethod ? caller.GetGenericArguments() : null;
        var member = caller.Module.ResolveMember(token, ofType, ofMethod) as MethodBase;
        // The token is that of the definition, whatever the type arguments; the runtime's own methods of arrays have none.
        return member?.DeclaringType is { IsArray: false } ? member.Module.ResolveMethod(member.MetadataToken) : null;
    }
}
