import { workerData } from 'piscina';
import { openTask } from './task.ts';
import type { Setup, Task } from './task.ts';

const task: Promise<Task> = openTask(workerData as Setup);
export default async (...args: Parameters<Task>): Promise<ReturnType<Task>> => (await task)(...args);
