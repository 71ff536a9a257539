import { describe } from '@jest/globals';
import { examples } from './examples.ts';
import { host } from './host.ts';
import { looksOf } from './looks.ts';
import { operator } from './operator.ts';
import { webSystem } from './pages.ts';
import { signIn } from './sign-in.ts';
import { traveller } from './traveller.ts';

// One file, so that all of it shares one system and one browser.
const web = webSystem();

describe('a traveller', () => traveller(web));
describe('a host', () => host(web));
describe('an operator', () => operator(web));
describe('signing in', () => signIn(web));
describe('an example', () => examples(web));
describe('looks', () => looksOf(web));
