import { certificateIn, certificateProblem } from '../../../../../src/provider/handler/reconcilers/key/material/certificate';
import { Partner } from '../../../../emulator/exchange-fixtures';

const partner = new Partner({ authority: 'RSA_2048', leaf: 'RSA_2048', now: Date.parse('2026-01-01T00:00:00Z') });

test('one certificate, with whatever white space around it', () => {
  expect(certificateProblem(partner.pem)).toBeUndefined();
  expect(certificateProblem(`\n  ${partner.pem.replace(/\n/g, '\r\n')}\n\n`)).toBeUndefined();
});

test('is taken out of what stands around it', () => {
  const pem = partner.pem.trim();
  expect(certificateIn(`8A8349794C9EE9A4\n${pem}\nsubject=partner`)).toBe(pem);
  expect(certificateIn('no certificate')).toBe('no certificate');
});

test.each<[string, string, RegExp]>([
  ['a chain', `${partner.pem}\n${partner.authorityPem}`, /holds 2 certificates.*the leaf usually stands first/],
  ['a private key', `${partner.pem}\n-----BEGIN RSA PRIVATE KEY-----\nMIIBOgIBAAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8Qu\n-----END RSA PRIVATE KEY-----`, /holds a private key/],
  ['a request for a certificate', partner.pem.replace(/CERTIFICATE/g, 'CERTIFICATE REQUEST'), /is no certificate in PEM/],
  ['base64 alone', partner.pem.replace(/-----.*-----/g, ''), /is no certificate in PEM/],
  ['a key block', 'B0096C0TC00E0000'.padEnd(96, 'A'), /is no certificate in PEM/],
  ['nothing', '', /is no certificate in PEM/],
])('refuses %s, and repeats nothing of it', (_, pem, expected) => {
  const problem = certificateProblem(pem)!;
  expect(problem).toMatch(expected);
  expect(problem).not.toMatch(/MII|AAAA/);
});
