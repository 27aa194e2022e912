using System.Reflection;
using AlsterNode.Ros2.Cdr;

namespace AlsterNode.Tests.Unit.Ros2;

/// <summary>Every generated type, and messages with random content.</summary>
internal static class MessageTypes
{
    /// <summary>All message classes, in order of their names.</summary>
    public static IReadOnlyList<Type> Messages { get; } = [.. typeof(IMessage).Assembly.GetTypes()
        .Where(type => type.IsClass && typeof(IMessage).IsAssignableFrom(type)).OrderBy(type => type.FullName, StringComparer.Ordinal)];

    /// <summary>All service types.</summary>
    public static IReadOnlyList<ServiceType> Services { get; } = [.. typeof(IMessage).Assembly.GetTypes().Where(type => type.IsClass)
        .Select(type => type.GetProperty("ServiceType", BindingFlags.Public | BindingFlags.Static)?.GetValue(null)).OfType<ServiceType>()];

    /// <summary>The names and hash of a message class.</summary>
    public static MessageType TypeOf(Type message) => (MessageType)message.GetProperty("MessageType", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    /// <summary>A message whose every field is random; arrays keep the length their type gives them.</summary>
    public static IMessage Random(Type type, Random random)
    {
        var message = (IMessage)Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var old = property.GetValue(message)!;
            property.SetValue(message, old is Array array ? RandomArray(array, random) : RandomValue(property.PropertyType, random));
        }
        return message;
    }

    private static Array RandomArray(Array old, Random random)
    {
        var element = old.GetType().GetElementType()!;
        var length = old.Length > 0 ? old.Length : random.Next(2); // one element at most: sequences may be bounded
        if (old.Length == 0 && element.IsPrimitive) length = random.Next(40);
        var values = Array.CreateInstance(element, length);
        for (var i = 0; i < length; i++) values.SetValue(RandomValue(element, random), i);
        return values;
    }

    private static object RandomValue(Type type, Random random)
    {
        if (type == typeof(string)) return string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => (char)random.Next(32, 0x2FF)));
        if (type == typeof(bool)) return random.Next(2) == 1;
        if (type == typeof(double)) return random.NextDouble() * 100;
        if (type == typeof(float)) return (float)random.NextDouble();
        if (!type.IsPrimitive) return Random(type, random);
        var bits = random.NextInt64();
        return Type.GetTypeCode(type) switch
        {
            TypeCode.Byte => (byte)bits,
            TypeCode.SByte => (sbyte)bits,
            TypeCode.Int16 => (short)bits,
            TypeCode.UInt16 => (ushort)bits,
            TypeCode.Int32 => (int)bits,
            TypeCode.UInt32 => (uint)bits,
            TypeCode.Int64 => bits,
            TypeCode.UInt64 => (object)(ulong)bits,
            _ => throw new NotSupportedException(type.Name),
        };
    }
}
