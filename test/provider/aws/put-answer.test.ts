import * as https from 'https';
import { RecordingServer } from './recording-server';
import { putAnswerWith } from '../../../src/provider/handler/aws/put-answer';

describe('putting an answer', () => {
  let server: RecordingServer;
  beforeEach(async () => { server = await RecordingServer.start(); });
  afterEach(() => server.close());
  const put = putAnswerWith(new https.Agent());

  test('is a PUT with an empty content type and the length in bytes', async () => {
    server.answer('');
    await put(`${server.url}/bucket/key?X-Amz-Signature=abc`, '{"Reason":"é"}');
    expect(server.requests[0]).toMatchObject({ method: 'PUT', path: '/bucket/key?X-Amz-Signature=abc', body: '{"Reason":"é"}' });
    expect(server.requests[0].headers).toMatchObject({ 'content-type': '', 'content-length': '15' });
  });

  test.each([[403], [500], [301]])('HTTP %d is a refusal', async status => {
    server.answer('<Error/>', status);
    await expect(put(`${server.url}/key?X-Amz-Signature=abc`, '{}')).rejects.toThrow(`CloudFormation refused the answer with HTTP ${status}`);
  });

  test('no error tells the URL', async () => {
    server.reset();
    const error = await put(`${server.url}/key?X-Amz-Signature=abc`, '{}').catch(thrown => thrown);
    expect(error.message).toBe('the answer was not delivered: ECONNRESET');
  });
});
