import { pythonModules, pythonTests } from '../lib/python-tests.mjs';

pythonTests('the Python package', pythonModules(false));
