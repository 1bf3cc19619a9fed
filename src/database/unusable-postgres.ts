import { ExpectedError } from '../errors.js';

/** What to do, by Postgres's or the system's error code. */
const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'start it, or correct host and port',
  ENOTFOUND: 'correct the host',
  ENOENT: 'correct the path of the socket or of the certificate',
  '28P01': 'correct user and password; percent-encode characters such as @ / # in them',
  '28000': 'correct the user, or allow it in pg_hba.conf',
  '3D000': 'create the database with CREATE DATABASE, or correct its name',
  '25006': 'name the primary server, this one is a read-only copy',
  '42501': 'make its user the owner of the database, or GRANT CREATE ON SCHEMA public to it',
  '53300': 'raise max_connections, or run fewer replicas: each takes up to 20 connections',
  '57P03': 'try again when the server has started',
};

/** A database that cannot be opened, for the admin. Names host and database, never user or password. */
export function unusablePostgres(url: string, cause: unknown): ExpectedError {
  const reason = reasonOf(cause);
  const advice = ADVICE[codeOf(cause)] ?? 'check that it is running and that this machine may reach it';
  return new ExpectedError(
    `DATABASE_URL must name a Postgres database that can be used, got "${reason}" from ${placeOf(url)}: ${advice}`,
  );
}

/** `db.example.com:5432/threadsmith`: what of the address is no secret. */
export function placeOf(url: string): string {
  if (!URL.canParse(url)) return 'the address that it names';
  const { host, pathname } = new URL(url);
  return `${host || 'this machine'}${pathname}`;
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && error.code !== undefined
    ? String(error.code)
    : 'ERR_CONNECTION';
}

/** An address with several hosts behind it fails with an error for each, and no words of its own. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
