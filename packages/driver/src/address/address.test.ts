import { inspect } from 'node:util';
import { isOpuError } from '@opu/core';
import { expect } from 'chai';
import { checkQuery, parseAddress } from './address.js';

const refusal = (action: () => unknown): Error => {
  try {
    action();
  } catch (error) {
    expect(isOpuError(error, 'INVALID_ADDRESS')).to.equal(true);
    return error as Error;
  }
  throw new Error('it was accepted');
};

describe('parseAddress', () => {
  it('takes scheme, target and query apart', () => {
    const address = parseAddress(' emulator:opu-1m-300k?seed=7&clock=virtual&flag ');
    expect(address.scheme).to.equal('emulator');
    expect(address.target).to.equal('opu-1m-300k');
    expect([...address.query]).to.deep.equal([
      ['seed', '7'],
      ['clock', 'virtual'],
      ['flag', '1'],
    ]);
    expect(parseAddress('TCP://localhost:4040').target).to.equal('localhost:4040');
    expect(parseAddress('TCP://localhost:4040').scheme).to.equal('tcp');
    expect(parseAddress('serial:/dev/ttyACM0?baud=115200').target).to.equal('/dev/ttyACM0');
    expect(parseAddress('replay:a%20b.mcap').target).to.equal('a b.mcap');
    expect(parseAddress('usb:').target).to.equal('');
  });

  it('says what is wrong with a bad one, and what good ones look like', () => {
    expect(refusal(() => parseAddress('/dev/ttyACM0')).message)
      .to.contain('scheme')
      .and.contain('tcp://');
    expect(refusal(() => parseAddress('')).message).to.contain('scheme');
    expect(refusal(() => parseAddress('emulator:x?seed=1&seed=2')).message).to.contain('"seed" is given twice');
    expect(refusal(() => parseAddress('emulator:x?=1')).message).to.contain('no name');
    expect(refusal(() => parseAddress('emulator:%zz')).message).to.contain('% escape');
  });

  it('suggests the option that was meant', () => {
    const error = refusal(() => checkQuery(parseAddress('emulator:tiny?sed=7'), ['seed', 'clock']));
    expect(error.message).to.contain('"sed"').and.contain("Did you mean 'seed'?").and.contain('seed, clock');
    expect(() => checkQuery(parseAddress('emulator:tiny?seed=7'), ['seed', 'clock'])).not.to.throw();
  });

  it('keeps the value of a token out of the text that is shown', () => {
    const address = parseAddress('tcp://10.0.0.2:4040?token=secret-of-the-laboratory');
    expect(address.query.get('token')).to.equal('secret-of-the-laboratory');
    expect(address.text).to.equal('tcp://10.0.0.2:4040?token=...');
    expect(() => parseAddress('tcp://x?token=secret%zz'))
      .to.throw()
      .with.property('message')
      .that.does.not.contain('secret');
  });
});

describe('DeviceAddress', () => {
  const texts = [
    'tcp://10.0.0.7:4040?token=s3cret',
    'wss://host:1?ca=a.pem&TOKEN=s3cret',
    'tcp://host:1?%74oken=s3cret&x=1',
    'tcp://host:1?password=s3cret',
  ];

  it('hides secrets in toString, toJSON, templates and publicQuery, however their names are written', () => {
    for (const text of texts) {
      const address = parseAddress(text);
      const shown = [String(address), `${address}`, JSON.stringify({ address }), address.text, inspect(address)];
      shown.push(JSON.stringify([...address.publicQuery]));
      for (const one of shown) expect(one).to.not.contain('s3cret');
      expect([...address.query.values()]).to.contain('s3cret');
    }
  });

  it('knows that it was read from where its secret is hidden', () => {
    const address = parseAddress(texts[0]!);
    expect(address.hidesSecret).to.equal(false);
    expect(parseAddress(address.text).hidesSecret).to.equal(true);
    expect(parseAddress('emulator:tiny?seed=1').hidesSecret).to.equal(false);
  });
});
