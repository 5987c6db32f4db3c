import { expect } from 'chai';
import { inBackground, letGo } from './in-background.js';

describe('work in the background', () => {
  it('hands on what it rejects with, once', async () => {
    const errors: unknown[] = [];
    const cause = new Error('broken');
    inBackground(Promise.reject(cause), (error) => errors.push(error));
    inBackground(Promise.resolve(1), (error) => errors.push(error));
    inBackground(undefined, (error) => errors.push(error));
    await new Promise(setImmediate);
    expect(errors).to.deep.equal([cause]);
  });

  it('is no unhandled rejection when a close that nobody needs fails', async () => {
    const unhandled: unknown[] = [];
    const listen = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', listen);
    letGo(Promise.reject(new Error('gone')));
    letGo(undefined);
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off('unhandledRejection', listen);
    expect(unhandled).to.deep.equal([]);
  });
});
