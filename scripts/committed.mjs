// What no committed file may hold: paths of one machine, notes to self, secrets' usual beginnings, files that are too large.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';

/** Bytes: what is larger is data, and data stays out of the repository. */
const LARGEST = 1_500_000;

const UNWANTED = [
  { pattern: /(?<![\w.:/*\\-])\/(?:home|Users|root|work|tmp)\/[\w.-]/, says: 'a path of one machine' },
  { pattern: /\b[A-Z]:\\(?:Users|Temp)\b/, says: 'a path of one machine' },
  { pattern: /\b(?:TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b/, says: 'a note to self: do it, or write it down where users see it' },
  { pattern: /^(?:<{7}|>{7}) /, says: 'a merge left unfinished' },
  { pattern: /(?:describe|test|it)\.on[l]y\(/, says: 'a test that switches the others off' },
  { pattern: /-----BEGIN [A-Z ]*PRIVATE K[E]Y-----/, says: 'a private key' },
];

/** Paths that are committed or would be by `git add --all`; where git does not answer, every file outside the ignored folders. */
export function committedFiles(root) {
  const git = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  if (existsSync(join(root, '.git')) && git.status === 0) {
    return git.stdout.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
  }
  return readdirSync(root, { recursive: true })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !/(?:^|\/)(?:\.git|node_modules|dist|coverage|results)(?:\/|$)/.test(path) && statSync(join(root, path)).isFile());
}

/** One line a fault: `file:line  what was found`. */
export function committedFaults(root) {
  const faults = [];
  for (const path of committedFiles(root).sort()) {
    const bytes = readFileSync(join(root, path));
    if (bytes.length > LARGEST) faults.push(`${path}:1  ${bytes.length} bytes, want at most ${LARGEST}`);
    if (path === 'package-lock.json' || bytes.subarray(0, 8000).includes(0)) continue;
    bytes
      .toString('utf8')
      .split('\n')
      .forEach((line, index) => {
        for (const { pattern, says } of UNWANTED) {
          const found = pattern.exec(line);
          if (found !== null) faults.push(`${path}:${index + 1}  ${says}: ${found[0].trim()}`);
        }
      });
  }
  return faults;
}
