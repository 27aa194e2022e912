// How long ONNX Runtime takes for a network that pytorch.py wrote.
//
//     ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node
//     node onnx.mjs encoder.onnx 320 240 [threads] [seconds]
//
// Prints one JSON object: stage, engine, p50_ms, p95_ms.
import { createRequire } from 'node:module';
import { cpus } from 'node:os';

const require = createRequire(`${process.cwd()}/`); // node_modules of the folder it is started in
const ort = require('onnxruntime-node');
const { version } = require('onnxruntime-node/package.json');

const [file, width, height, threads = cpus().length, seconds = 3] = process.argv.slice(2);
const session = await ort.InferenceSession.create(file, { intraOpNumThreads: Number(threads), graphOptimizationLevel: 'all' });
const pixels = new Float32Array(7 * height * width).map(() => Math.random());
const input = new ort.Tensor('float32', pixels, [1, 7, Number(height), Number(width)]);

const samples = [];
for (let warm = 0; warm < 3; warm++) await session.run({ input });
const end = performance.now() + seconds * 1000;
while (samples.length < 10 || performance.now() < end) {
  const start = performance.now();
  await session.run({ input });
  samples.push(performance.now() - start);
}
samples.sort((a, b) => a - b);
console.log(JSON.stringify({
  stage: 'encoder', engine: `ONNX Runtime ${version}`, p50_ms: samples[samples.length >> 1], p95_ms: samples[Math.floor(samples.length * 0.95)],
}));
