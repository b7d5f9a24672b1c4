import { type Command, InvalidArgumentError } from 'commander';
import type { ProgramArguments } from '../main/program.ts';

/** Adds the options that every command takes. */
export function takesPlaces(command: Command): Command {
  return command
    .option(
      '--dir <folder>',
      'folder of health files; may be given several times',
      (dir: string, all: string[] = []) => [...all, dir],
    )
    .option('--settings <file>', 'settings file (EXPERIMANCE_HEALTH_SETTINGS)')
    .option('--data <folder>', 'folder of what the program keeps (EXPERIMANCE_HEALTH_DATA)');
}

export type PlaceOptions = ProgramArguments;

/** Reads an option's number. */
export function number(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= least && value <= most)) {
      throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** Reads an option that is one of some words. */
export function oneOf<T extends string>(words: readonly T[]): (text: string) => T {
  return (text) => {
    const found = words.find((word) => word === text.toLowerCase());
    if (found === undefined) throw new InvalidArgumentError(`It must be one of ${words.join(', ')}.`);
    return found;
  };
}
