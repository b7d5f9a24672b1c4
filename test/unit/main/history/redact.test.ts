import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact, redactValue } from '../../../../src/main/history/redact.ts';

const HOMES = ['/root', 'C:\\Users\\Zoë Gallery', '/srv/people/kai'];

describe('redact', () => {
  it.each([
    ['Authorization: Bearer abc.DEF-123', 'Authorization: Bearer •••'],
    ['authorization: Basic dXNlcjpwYXNzd29yZA==', 'authorization: Basic •••'],
    ['{"Authorization": "Token 9f8e7d6c5b4a"}', '{"Authorization": "Token •••"}'],
    ['X-Api-Key: hunter2 is wrong', 'X-Api-Key: •••'],
    ['Cookie: a=b; c=d', 'Cookie: •••'],
    ['401 for Bearer q8Zk2mN4pL', '401 for Bearer •••'],
    ['password=hunter2, retrying', 'password=•••, retrying'],
    ['Password: hunter2', 'Password: •••'],
    ["login with passwd='it is \\'long\\' and has blanks' failed", "login with passwd='•••' failed"],
    ['{"db_password": "a\\"b c", "port": 5432}', '{"db_password": "•••", "port": 5432}'],
    ['Server=db;User Id=sa;Password=p@ss;Timeout=3', 'Server=db;User Id=sa;Password=•••;Timeout=3'],
    ['OPENAI_API_KEY=abc123 was refused', 'OPENAI_API_KEY=••• was refused'],
    ['AWS_SECRET_ACCESS_KEY: wJalrXUtnFEMI/K7MDENG', 'AWS_SECRET_ACCESS_KEY: •••'],
    ['EXPERIMANCE_SECRET_NTFY_TOPIC=alerts', 'EXPERIMANCE_SECRET_NTFY_TOPIC=•••'],
    ['run --password hunter2 --verbose', 'run --password ••• --verbose'],
    ['run --api-token hunter2', 'run --api-token •••'],
    ['GET https://host/x?access_token=abc&page=2', 'GET https://host/x?access_token=•••&page=2'],
    ['GET https://host/x?code=abc#token=def', 'GET https://host/x?code=•••#token=•••'],
    ['tcp://user:pa:ss@10.0.0.1:5555/x', 'tcp://•••@10.0.0.1:5555/x'],
    ['postgres://kai:secret@db/experimance', 'postgres://•••@db/experimance'],
    ['https://hooks.slack.com/services/T0/B0/xyz is gone', 'https://hooks.slack.com/••• is gone'],
    ['https://discord.com/api/webhooks/123/abc', 'https://discord.com/api/webhooks/•••'],
    ['https://api.telegram.org/bot123:abc/sendMessage', 'https://api.telegram.org/bot•••'],
    ['POST https://ntfy.sh/gallery-alerts: 403', 'POST https://ntfy.sh/••• 403'],
    ['https://files.example/d/0a1b2c3d4e5f60718293a4b5/list', 'https://files.example/d/•••/list'],
    ['key ghp_0123456789abcdefABCDEF0123', 'key •••'],
    ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'jwt •••'],
    ['AKIAIOSFODNN7EXAMPLE', '•••'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\nx\n-----END RSA PRIVATE KEY----- end', '••• end'],
    ['token: 8f14e45fceea167a', 'token: •••'],
    ['token=abc', 'token=•••'],
  ])('hides the secret in %j', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each([
    ['cannot read /root/models/x.bin', 'cannot read ~/models/x.bin'],
    ['/root', '~'],
    ['see /srv/people/kai/log, and /srv/people/kaito/log', 'see ~/log, and /srv/people/kaito/log'],
    ['/home/experimance/logs/core.log', '~/logs/core.log'],
    ['File "/Users/ada/src/a.py", line 3', 'File "~/src/a.py", line 3'],
    ['C:\\Users\\ada\\x.json', '~\\x.json'],
    ['"C:\\\\Users\\\\ada\\\\x.json"', '"~\\\\x.json"'],
    ['c:\\users\\zoë gallery\\x', '~\\x'],
    ['file:///home/ada/x', 'file://~/x'],
    ['/Users/Shared/fonts', '/Users/Shared/fonts'],
    ['/var/home-page and my/rooted', '/var/home-page and my/rooted'],
  ])('puts ~ for a home in %j', (text, expected) => {
    expect(redact(text, HOMES)).toBe(expected);
  });

  it.each([
    'jackd not reachable: [Errno 111] Connection refused',
    'Unexpected token: expected a brace',
    'Wrong password for the database',
    'max_tokens=4096, tokens: 512',
    'author=Jane, authenticated: yes',
    '12 passed, 3 failed; passes: 12',
    'Basic authentication is required',
    'the bearer of bad news',
    'GET https://localhost:8080/api/v1/health?page=2 answered 503',
    'https://example.org/a-long-but-harmless-page-name/index.html',
    'tcp://127.0.0.1:5555',
    'keyboard: not found, monkey=3',
    'session 3 ended after 12:30:11',
    '',
  ])('leaves %j as it is', (text) => {
    expect(redact(text, HOMES)).toBe(text);
  });

  it('hides what a key with the name of a secret holds, at any depth, and leaves numbers', () => {
    const value = { a: [{ api_key: 'x', tokens: 5, note: 'password=y' }], path: '/root/x', auth: null, secret: '' };
    expect(redactValue(value, HOMES)).toEqual({
      a: [{ api_key: '•••', tokens: 5, note: 'password=•••' }],
      path: '~/x',
      auth: null,
      secret: '',
    });
  });

  it('never lets a generated secret through, in whichever way it is written', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9+/_-]{8,40}$/).map((text) => `Zq9${text}`);
    const written = fc.constantFrom(
      (s: string) => `password=${s}`,
      (s: string) => `"client_secret":"${s}"`,
      (s: string) => `Authorization: Bearer ${s}`,
      (s: string) => `https://u:${encodeURIComponent(s)}@h/x`,
      (s: string) => `https://h/x?a=1&token=${encodeURIComponent(s)}`,
      (s: string) => `--token ${s}`,
    );
    fc.assert(
      fc.property(secret, written, fc.string(), fc.string(), (value, write, before, after) => {
        const safe = redact(`${before} ${write(value)} ${after}`);
        expect(safe).not.toContain(value);
        expect(safe).not.toContain(encodeURIComponent(value));
      }),
    );
  });

  it.each([
    'a',
    'password',
    '=',
    'https://',
    '/home/',
    '"',
    'a.',
    '-----BEGIN PRIVATE KEY-----',
    'eyJ',
    'x-',
    'token: ',
  ])('takes a megabyte of %j without hanging', (piece) => {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    expect(redact(text, HOMES).length).toBeGreaterThan(0);
  });
});
