import picomatch from 'picomatch';

/** A pattern of paths as the folder that it begins in and the rest of it; no pattern where there are no wildcards. */
export function splitGlob(location: string): { folder: string; pattern?: string } {
  const { base, glob, isGlob } = picomatch.scan(location);
  return isGlob ? { folder: base || '.', pattern: glob } : { folder: location };
}
