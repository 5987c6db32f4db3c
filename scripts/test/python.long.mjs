import { pythonModules, pythonTests } from '../lib/python-tests.mjs';

pythonTests('the long proofs of the Python package', pythonModules(true));
