import { describe, expect, it } from 'vitest';
import { createUndo } from '#scripts/undo.ts';

describe('what is undone at the end', () => {
  it('is undone the last first, each once, and a failure is told only when all was tried', async () => {
    const undo = createUndo();
    const done: string[] = [];
    undo.add(() => done.push('folder'));
    undo.add(() => Promise.reject(new Error('the server does not stop')));
    undo.add(async () => done.push('client'));
    await expect(undo.run()).rejects.toThrow('the server does not stop');
    await undo.run();
    expect(done).toEqual(['client', 'folder']);
  });
});
