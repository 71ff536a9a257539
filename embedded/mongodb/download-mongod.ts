import { MongoBinary } from 'mongodb-memory-server';

/**
 * Downloads mongod into the given directory and prints its progress. It runs as a process, so that
 * it can be ended.
 */
const [downloadDir] = process.argv.slice(2);
await MongoBinary.getPath({ downloadDir });
