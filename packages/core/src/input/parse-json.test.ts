import { expect } from 'chai';
import { isOpuError } from '../errors/opu-error.js';
import { parseJson } from './parse-json.js';

describe('parseJson', () => {
  it('takes a text with and without a byte order mark', () => {
    for (const text of ['{"a":[1]}', '\uFEFF{"a":[1]}']) expect(parseJson(text, 'f')).to.deep.equal({ a: [1] });
  });

  it('names the origin of what is not JSON, 300 kB of brackets among it', () => {
    for (const text of ['', '{', '\uFEFF', '{"a":}', '['.repeat(300_000)]) {
      try {
        parseJson(text, 'some.json');
        expect.fail('it was taken');
      } catch (error) {
        expect(isOpuError(error, 'INVALID_FILE')).to.equal(true);
        expect((error as Error).message).to.contain('some.json is not JSON');
      }
    }
  });
});
