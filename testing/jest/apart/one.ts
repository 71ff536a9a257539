import './tests.ts';
