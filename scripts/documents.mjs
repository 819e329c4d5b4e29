// Documents that say what is so: links lead somewhere, commands exist, generated blocks are current.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { committedFiles } from './committed.mjs';
import { staleBlocks } from './docs.mjs';

/** Markdown text with code blanked out, line for line. */
function prose(text) {
  let fenced = false;
  return text.split('\n').map((line) => {
    if (/^\s*(?:```|~~~)/.test(line)) {
      fenced = !fenced;
      return '';
    }
    return fenced ? '' : line.replace(/`[^`]*`/g, '');
  });
}

/** GitHub's anchors of a document's headings. */
function anchors(text) {
  const seen = new Map();
  return new Set(
    prose(text.replace(/`/g, ''))
      .map((line) => /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1])
      .filter((heading) => heading !== undefined)
      .map((heading) => {
        const slug = heading
          .toLowerCase()
          .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
          .replace(/[^\p{L}\p{N}\s_-]/gu, '')
          .replace(/\s/g, '-');
        const times = seen.get(slug) ?? 0;
        seen.set(slug, times + 1);
        return times === 0 ? slug : `${slug}-${times}`;
      }),
  );
}

function linkFaults(root, path, text) {
  const faults = [];
  prose(text).forEach((line, index) => {
    for (const [, target] of line.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)) {
      if (/^[a-z][a-z0-9+.-]*:/i.test(target)) continue;
      const [file, anchor] = target.split('#');
      const found = file === '' ? join(root, path) : resolve(root, dirname(path), decodeURIComponent(file));
      const at = `${path}:${index + 1}  link to ${target}: `;
      if (relative(root, found).startsWith('..')) faults.push(`${at}outside the repository`);
      else if (!existsSync(found)) faults.push(`${at}no such file`);
      else if (anchor !== undefined && found.endsWith('.md') && !anchors(readFileSync(found, 'utf8')).has(anchor)) {
        faults.push(`${at}no such heading`);
      }
    }
  });
  return faults;
}

/** Shell lines of fenced blocks marked `sh`: what a reader will type. Lines continued with a backslash are joined. */
function shellLines(text) {
  const found = [];
  let shell = false;
  let fenced = false;
  let held = '';
  text.split('\n').forEach((line, index) => {
    const fence = /^\s*```(\S*)/.exec(line);
    if (fence !== null) {
      fenced = !fenced;
      shell = fenced && fence[1] === 'sh';
    } else if (shell) {
      held += line.replace(/\\$/, ' ');
      if (line.endsWith('\\')) return;
      for (const command of held.replace(/(?:^|\s)#.*$/, '').split(/&&|\||;/)) {
        if (command.trim() !== '')
          found.push({
            line: index + 1,
            words: command
              .trim()
              .replace(/^\$\s+/, '')
              .split(/\s+/),
          });
      }
      held = '';
    }
  });
  return found;
}

/** Asks the command line itself, once a command, what it knows. */
function commandLine(root) {
  const main = join(root, 'dist/cli/main.js');
  const asked = new Map();
  return (words) => {
    const key = words.join(' ');
    if (!asked.has(key)) {
      const run = spawnSync(process.execPath, [main, ...words, '--help'], { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
      asked.set(key, run.status === 0 ? run.stdout : null);
    }
    return asked.get(key);
  };
}

function commandFaults(root, path, text, help) {
  const faults = [];
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const { line, words } of shellLines(text)) {
    const at = `${path}:${line}  `;
    const environment = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
    let rest = words.slice(environment);
    if (rest[0] === 'npm') {
      const script = rest[1] === 'run' ? rest[2] : ['test', 'start'].includes(rest[1]) ? rest[1] : undefined;
      if (script !== undefined && !Object.hasOwn(scripts, script)) faults.push(`${at}npm run ${script}: package.json has no such script`);
      continue;
    }
    if (rest[0] === 'npx') rest = rest.slice(1);
    else if (rest[0] === 'node' && rest[1] === 'dist/cli/main.js') rest = ['marginfall', ...rest.slice(2)];
    if (rest[0] !== 'marginfall') continue;
    const [, command, ...more] = rest;
    if (command === undefined || command.startsWith('-')) continue;
    const known = help([command]);
    if (known === null || !(help([]) ?? '').includes(`\n  ${command}`)) {
      faults.push(`${at}marginfall ${command}: the command line does not know it`);
      continue;
    }
    for (const word of more) {
      const flag = /^--[a-z-]+/.exec(word)?.[0];
      if (flag !== undefined && !new RegExp(`${flag}(?![a-z-])`).test(known))
        faults.push(`${at}marginfall ${command} does not know ${flag}`);
      if (/^experiments\/[\w.-]+$/.test(word) && !existsSync(join(root, word))) faults.push(`${at}${word}: no such file`);
    }
  }
  return faults;
}

/** One line a fault: `file:line  what was found`. */
export async function documentFaults(root) {
  const help = commandLine(root);
  const faults = [];
  for (const path of committedFiles(root).sort()) {
    if (!path.endsWith('.md')) continue;
    const text = readFileSync(join(root, path), 'utf8');
    faults.push(...linkFaults(root, path, text), ...commandFaults(root, path, text, help));
  }
  return [...faults, ...(await staleBlocks(root))];
}
