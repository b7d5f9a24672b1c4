import { describe, expect, it } from 'vitest';
import { networkFault } from '../../../../src/main/net/network-fault.ts';

const coded = (code: string, more: object = {}): Error => Object.assign(new Error('secret words'), { code, ...more });

describe('a fault of the network', () => {
  it.each([
    [coded('ENOTFOUND'), 'is not known'],
    [new TypeError('fetch failed', { cause: coded('ECONNREFUSED') }), 'refused the connection'],
    [new TypeError('fetch failed', { cause: new AggregateError([coded('EHOSTUNREACH')]) }), 'cannot be reached'],
    [coded('ESOCKET', { originalCode: 'CERT_HAS_EXPIRED' }), 'has expired'],
    [coded('ECONNECTION', { cause: coded('ENETUNREACH') }), 'cannot be reached'],
    [coded('HPE_INVALID_CONSTANT'), 'not HTTP'],
    [coded('ERR_SSL_WRONG_VERSION_NUMBER'), 'could not agree on encryption'],
    [coded('UND_ERR_SOCKET'), 'closed the connection'],
  ])('is told in words of ours: case %#', (error, words) => {
    const sentence = networkFault(error, 'example.org:443');
    expect(sentence).toContain(words);
    expect(sentence).toMatch(/^example\.org:443 .*\. .*\.$/);
    expect(sentence).not.toContain('secret');
  });

  it.each([undefined, null, 'text', new Error('ours'), coded('ENOENT')])('is nothing else: %s', (error) => {
    expect(networkFault(error, 'example.org:443')).toBeUndefined();
  });
});
