// Reads a .mcap or .db3 file with readers that nobody here wrote and prints a line per message in order of log time:
//   topic, log time [ns], CRC-32 of the payload, the decoded message as JSON (arrays of numbers as their length and sum)
// or with --summary a line per topic: topic, messages, CRC-32 of all payloads one after the other.
//   npm install @mcap/core @mcap/support @foxglove/rosbag2-web @foxglove/rosmsg @foxglove/rosmsg2-serialization @foxglove/crc @foxglove/wasm-zstd
//   NODE_PATH=.../node_modules node read_bag.cjs FILE [--summary]
const fs = require("fs");
const { crc32Init, crc32Update, crc32Final } = require("@foxglove/crc");
const { parse } = require("@foxglove/rosmsg");
const zstd = require("@foxglove/wasm-zstd");
const { MessageReader } = require("@foxglove/rosmsg2-serialization");

function brief(key, value) {
  if (typeof value === "bigint") return value.toString();
  if (ArrayBuffer.isView(value)) return `${value.length}:${Array.from(value).reduce((sum, x) => sum + Number(x), 0)}`;
  return value;
}

// rosbag2's compression of single messages
function unpack(data) {
  const isZstd = data[0] === 0x28 && data[1] === 0xb5 && data[2] === 0x2f && data[3] === 0xfd;
  return isZstd ? zstd.decompress(data, 1 << 24) : data;
}

async function* readMcap(path) {
  const { McapIndexedReader } = require("@mcap/core");
  const { loadDecompressHandlers } = require("@mcap/support");
  const bytes = fs.readFileSync(path);
  const readable = {
    size: async () => BigInt(bytes.length),
    read: async (offset, length) => new Uint8Array(bytes.buffer, bytes.byteOffset + Number(offset), Number(length)),
  };
  const reader = await McapIndexedReader.Initialize({ readable, decompressHandlers: await loadDecompressHandlers() });
  const readers = new Map();
  for await (const message of reader.readMessages()) {
    const channel = reader.channelsById.get(message.channelId);
    if (!readers.has(channel.schemaId)) {
      const schema = reader.schemasById.get(channel.schemaId);
      readers.set(channel.schemaId, new MessageReader(parse(new TextDecoder().decode(schema.data), { ros2: true })));
    }
    yield { topic: channel.topic, time: message.logTime, data: message.data, decode: () => readers.get(channel.schemaId).readMessage(message.data) };
  }
}

async function* readSqlite(path, rawMessages) {
  const { Rosbag2, SqliteSqljs } = require("@foxglove/rosbag2-web");
  await SqliteSqljs.Initialize({ wasmBinary: fs.readFileSync(require.resolve("@foxglove/sql.js/dist/sql-wasm.wasm")) });
  const bag = new Rosbag2([new SqliteSqljs(new Uint8Array(fs.readFileSync(path)))]);
  await bag.open();
  for await (const message of bag.readMessages({ rawMessages })) {
    const time = BigInt(message.timestamp.sec) * 1000000000n + BigInt(message.timestamp.nsec);
    yield { topic: message.topic.name, time, data: message.data, decode: () => message.value };
  }
}

async function main() {
  const [path, mode] = process.argv.slice(2);
  await zstd.isLoaded;
  const totals = new Map();
  for await (const { topic, time, data, decode } of path.endsWith(".mcap") ? readMcap(path) : readSqlite(path, mode === "--summary")) {
    if (mode === "--summary") {
      const total = totals.get(topic) ?? { count: 0, crc: crc32Init() };
      totals.set(topic, { count: total.count + 1, crc: crc32Update(total.crc, unpack(data)) });
    } else {
      const crc = crc32Final(crc32Update(crc32Init(), data)) >>> 0;
      console.log([topic, time, crc.toString(16).padStart(8, "0"), JSON.stringify(decode(), brief)].join("\t"));
    }
  }
  for (const [topic, { count, crc }] of [...totals].sort()) console.log([topic, count, (crc32Final(crc) >>> 0).toString(16).padStart(8, "0")].join("\t"));
}

main().catch((problem) => {
  console.error(problem.message);
  process.exit(1);
});
