import { MongoBinary } from 'mongodb-memory-server';

/** A process of its own that downloads mongod into the directory it is given, printing its progress. */
const [downloadDir] = process.argv.slice(2);
await MongoBinary.getPath({ downloadDir });
