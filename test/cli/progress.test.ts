import { describe, expect, test } from 'vitest';
import { ProgressLine } from '../../src/cli/progress.ts';
import type { Progress } from '../../src/experiment/sweep.ts';

const at = (done: number, failed = 0): Progress => ({
  planned: 768,
  done,
  failed,
  rate: 17.25,
  secondsLeft: (768 - done - failed) / 17.25,
});

function screen(isTTY: boolean): { readonly lines: string[]; readonly line: ProgressLine; readonly wait: (ms: number) => void } {
  const lines: string[] = [];
  let now = 0;
  const line = new ProgressLine({ isTTY, write: (text: string) => lines.push(text) }, () => now);
  return { lines, line, wait: (ms) => void (now += ms) };
}

describe('progress', () => {
  test('in a log: a plain line every five seconds and one at the end, no control characters', () => {
    const { lines, line, wait } = screen(false);
    for (let done = 1; done <= 6; done++) {
      wait(1000);
      line.show(at(done));
    }
    line.show(at(767, 1));
    line.end();
    expect(lines).toEqual(['5 of 768 runs, 17.3 a second, 45\u00a0s left, 0 failed\n', '768 of 768 runs, 17.3 a second, 1 failed\n']);
  });

  test('on a terminal: a bar drawn over itself, closed with one line break', () => {
    const { lines, line, wait } = screen(true);
    line.show(at(0));
    line.show(at(1));
    wait(100);
    line.show(at(384));
    line.end();
    line.end();
    expect(lines).toHaveLength(3);
    expect(lines[1]).toBe(`\r\u001b[K${'█'.repeat(14)}${'░'.repeat(13)} 384 of 768 runs, 17.3 a second, 23\u00a0s left, 0 failed`);
    expect(lines[2]).toBe('\n');
  });

  test.each([80, 60, 50, 20])('a line never wraps on a terminal of %i columns', (columns) => {
    const lines: string[] = [];
    const line = new ProgressLine({ isTTY: true, columns, write: (text: string) => lines.push(text) }, () => 0);
    line.show({ planned: 768_000, done: 384_000, failed: 12_345, rate: 17.25, secondsLeft: 22_000 });
    const [text = ''] = lines;
    expect(text.replace('\r\u001b[K', '').length).toBeLessThan(columns);
    expect(text).toContain(columns < 50 ? '396,345 of 768,000' : 'a second');
  });
});
