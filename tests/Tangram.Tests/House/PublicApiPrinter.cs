using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Tangram.Tests;

/// <summary>
/// Prints the public types of an assembly and their members, sorted, in something close to C#. What the compiler adds to every record (equality, printing,
/// cloning) is left out, so are the marker types of extension members: those show as the static methods that other languages call.
/// </summary>
internal static class PublicApiPrinter
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
    };

    public static string Print(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (Type type in assembly.GetTypes().Where(type => IsVisible(type) && !IsGenerated(type)).OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Describe(type)).Append('\n');
            foreach (string member in Members(type).Order(StringComparer.Ordinal))
                text.Append("    ").Append(member).Append('\n');
        }
        return text.ToString();
    }

    private static bool IsVisible(Type type) => type.IsPublic || ((type.IsNestedPublic || type.IsNestedFamily) && IsVisible(type.DeclaringType!));

    private static bool IsGenerated(MemberInfo member) => member.Name.Contains('<', StringComparison.Ordinal) || member.IsDefined(typeof(CompilerGeneratedAttribute))
        || (member.DeclaringType is { } declaring && declaring.Name.Contains('<', StringComparison.Ordinal));

    private static string Describe(Type type)
    {
        bool record = type.GetMethod("PrintMembers", Declared) is not null;
        string kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? record ? "record struct" : "struct" : record ? "record" : "class";
        string modifier = (type.IsAbstract, type.IsSealed) switch
        {
            _ when type.IsValueType || type.IsInterface => "",
            (true, true) => "static ",
            (true, false) => "abstract ",
            (false, true) => "sealed ",
            _ => "",
        };
        IEnumerable<Type> inherited = type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []).Except(type.GetInterfaces().SelectMany(one => one.GetInterfaces()))
            .Where(one => !one.IsGenericType || one.GetGenericTypeDefinition() != typeof(IEquatable<>));
        if (type.IsClass && type.BaseType is { } parent && parent != typeof(object))
            inherited = inherited.Prepend(parent);
        string bases = string.Join(", ", inherited.Select(one => Name(one)));
        return $"{modifier}{kind} {Name(type)}{(type.IsEnum || bases.Length == 0 ? "" : $" : {bases}")}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            foreach (string name in Enum.GetNames(type))
                yield return $"{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}";
            yield break;
        }
        foreach (ConstructorInfo constructor in type.GetConstructors(Declared).Where(one => IsVisible(one) && !IsCopyConstructor(one)))
            yield return $"{Access(constructor)}{type.Name}({Parameters(constructor)})";
        foreach (FieldInfo field in type.GetFields(Declared).Where(one => (one.IsPublic || one.IsFamily) && !IsGenerated(one)))
            yield return $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{Name(field.FieldType, Nullability.Create(field))} {field.Name}";
        foreach (PropertyInfo property in type.GetProperties(Declared).Where(one => one.Name != "EqualityContract" && one.GetAccessors(nonPublic: true).Any(IsVisible)))
            yield return Property(property);
        foreach (MethodInfo method in type.GetMethods(Declared).Where(one => IsVisible(one) && !one.IsSpecialName && !IsGenerated(one)))
            yield return Method(method);
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily;

    private static bool IsCopyConstructor(ConstructorInfo constructor) =>
        constructor.IsDefined(typeof(CompilerGeneratedAttribute)) && constructor.GetParameters() is [{ ParameterType: var only }] && only == constructor.DeclaringType;

    private static string Access(MethodBase method) => method.IsFamily ? "protected " : "";

    private static string Property(PropertyInfo property)
    {
        MethodInfo accessor = property.GetAccessors(nonPublic: true).First(IsVisible);
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        string indexes = string.Join(", ", property.GetIndexParameters().Select(Parameter));
        string setter = property.SetMethod is not { } set || !IsVisible(set) ? ""
            : set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;";
        return $"{Access(accessor)}{(accessor.IsStatic ? "static " : "")}{required}{Name(property.PropertyType, Nullability.Create(property))} " +
            $"{(indexes.Length > 0 ? $"this[{indexes}]" : property.Name)} {{ {(property.GetMethod is { } get && IsVisible(get) ? "get;" : "")}{setter} }}";
    }

    private static string Method(MethodInfo method)
    {
        string modifier = method.IsStatic ? "static " : method.IsAbstract ? "abstract " : method.GetBaseDefinition() != method ? "override " : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "";
        string generic = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(one => one.Name))}>" : "";
        string extension = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return $"{Access(method)}{modifier}{Name(method.ReturnType, Nullability.Create(method.ReturnParameter))} {method.Name}{generic}({extension}{Parameters(method)})";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string passed = parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "";
        string value = !parameter.HasDefaultValue ? "" : " = " + parameter.DefaultValue switch
        {
            null => parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null ? "default" : "null",
            string text => $"\"{text}\"",
            bool flag => flag ? "true" : "false",
            var other => Convert.ToString(other, CultureInfo.InvariantCulture),
        };
        return $"{passed}{Name(parameter.ParameterType, Nullability.Create(parameter))} {parameter.Name}{value}";
    }

    private static string Name(Type type, NullabilityInfo? nullability = null)
    {
        if (type.IsByRef)
            return Name(type.GetElementType()!);
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Name(underlying) + "?";
        string mark = !type.IsValueType && nullability?.ReadState == NullabilityState.Nullable ? "?" : "";
        if (type.IsArray)
            return $"{Name(type.GetElementType()!, nullability?.ElementType)}[]{mark}";
        if (Keywords.TryGetValue(type, out string? keyword))
            return keyword + mark;
        string name = type.IsNested && !type.IsGenericParameter ? $"{Name(type.DeclaringType!)}.{type.Name}" : type.Name;
        if (!type.IsGenericType)
            return name + mark;
        IEnumerable<string> arguments = type.GetGenericArguments().Select((argument, index) => Name(argument, nullability?.GenericTypeArguments.ElementAtOrDefault(index)));
        return type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true
            ? $"({string.Join(", ", arguments)})"
            : $"{name[..name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", arguments)}>{mark}";
    }
}
