import { describe, expect, it } from 'vitest';
import { prepareCheck } from '../../../../src/main/checks/probes.ts';
import { http } from '../../../../src/shared/checks/http.ts';
import { CHECK_TYPES, findCheckType } from '../../../../src/shared/checks/registry.ts';
import { tcp } from '../../../../src/shared/checks/tcp.ts';
import { zmq } from '../../../../src/shared/checks/zmq.ts';
import { formFields, secretFields } from '../../../../src/shared/handlers/form.ts';

function faultsOf(type: string, config: object): string[] {
  const check = prepareCheck(type, config);
  return typeof check === 'function' ? [] : check.faults.map(({ path, message }) => `${path.join('.')} ${message}`);
}

describe.each(CHECK_TYPES.map((check) => ({ type: check.type, check })))('the check $type', ({ type, check }) => {
  it('has a form in which each field is labelled and explained', () => {
    const fields = formFields(check.schema);
    expect(fields.length).toBeGreaterThan(0);
    for (const { label, help, name } of fields) {
      expect(label, name).not.toBe(name);
      expect(help, name).toMatch(/^\p{Lu}.*\.$/u);
    }
  });

  it('is found by its type, and is given up before it comes again', () => {
    expect(findCheckType(type)).toBe(check);
    expect(check.usual.timeLimit).toBeLessThanOrEqual(check.usual.interval);
  });
});

describe('the configuration of a check', () => {
  it('of an unknown type names those that there are', () => {
    expect(faultsOf('ping', {})).toEqual(['type must be one of http, tcp, zmq, process, systemd']);
    expect(findCheckType('ping')).toBeUndefined();
  });

  it.each<[string, object, string[]]>([
    ['http', {}, ['config.url is required']],
    ['http', { url: 'example.org' }, ['config.url must be an address that begins with https:// or http://']],
    [
      'http',
      { url: 'https://ada:pw@example.org' },
      ['config.url must have no user and no password: enter them under Authorization'],
    ],
    ['http', { url: 'http://a', status: '2xx, 600' }, ['config.status must be statuses such as 200-299, 404 or 2xx']],
    ['http', { url: 'http://a', status: '299-200' }, ['config.status must be statuses such as 200-299, 404 or 2xx']],
    ['http', { url: 'http://a', pattern: '(' }, ['config.pattern must be a regular expression']],
    [
      'http',
      { url: 'http://a', json: ['a = 1', 'nothing'] },
      ['config.json.1 must be a field, a sign and a value: database = ok, queue <= 100'],
    ],
    ['http', { url: 'http://a', json: ['a <= many'] }, ['config.json.0 must compare with a number after <=']],
    ['http', { url: 'http://a', headers: { Host: 'b' } }, ['config.headers.Host is set by the connection itself']],
    ['http', { url: 'http://a', headers: { 'X-Y': 'a\nb' } }, ['config.headers.X-Y must be one line of Latin letters']],
    [
      'http',
      { url: 'http://a', warning_ms: 20, error_ms: 10 },
      ['config.error_ms must not be less than the milliseconds of the warning'],
    ],
    [
      'http',
      { url: 'http://a', method: 'HEAD', contains: 'x' },
      ['config.method must not be HEAD, which asks for no text to look at'],
    ],
    ['http', { url: 'http://a', method: 'DELETE' }, ['config.method must be GET, HEAD, OPTIONS or POST']],
    ['tcp', {}, ['config.host is required', 'config.port is required']],
    [
      'tcp',
      { host: 'a b', port: 70_000 },
      [
        'config.host must be the name or the IP address of a machine, such as db.example.org',
        'config.port must be a whole number from 1 to 65535',
      ],
    ],
    ['zmq', {}, ['config.endpoint is required']],
    [
      'zmq',
      { endpoint: 'tcp://*:5555' },
      ['config.endpoint must be tcp://host:port or ipc:///path, with a host that can be called: not *'],
    ],
    [
      'zmq',
      { endpoint: 'tcp://a:65536' },
      ['config.endpoint must be tcp://host:port or ipc:///path, with a host that can be called: not *'],
    ],
    [
      'zmq',
      { endpoint: 'inproc://a' },
      ['config.endpoint must be tcp://host:port or ipc:///path, with a host that can be called: not *'],
    ],
    [
      'zmq',
      { endpoint: 'tcp://a:1', topic: 'x' },
      ['config.message_within must be more than 0 where a topic is awaited'],
    ],
    [
      'zmq',
      { endpoint: 'tcp://a:1', peer: 'reply', message_within: 1 },
      ['config.message_within must be 0 for what does not publish'],
    ],
    [
      'zmq',
      { endpoint: 'tcp://a:1', server_key: 'short' },
      ['config.server_key must be a public key of 40 characters, as ZeroMQ writes it'],
    ],
  ])('of %s is refused with its field and what to write: %j', (type, config, faults) => {
    expect(faultsOf(type, config)).toEqual(faults);
  });

  it('names what is looked at without anything that may be secret', () => {
    expect(http.target(http.schema.parse({ url: 'https://example.org:8443/health?token=abc#x' }))).toBe(
      'https://example.org:8443/health',
    );
    expect(tcp.target(tcp.schema.parse({ host: '::1', port: 22 }))).toBe('tcp://[::1]:22');
    expect(tcp.target(tcp.schema.parse({ host: 'a', port: 443, tls: true }))).toBe('tls://a:443');
    expect(zmq.target(zmq.schema.parse({ endpoint: 'ipc:///run/x' }))).toBe('ipc:///run/x');
    expect(secretFields(http.schema)).toEqual(['authorization']);
  });
});
