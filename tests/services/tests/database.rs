//! sqlx on SQLite, which it drives from threads of its own: a pool, transactions, rows that
//! stream.

use std::str::FromStr;
use std::time::Duration;

use futures_util::TryStreamExt;
use services::on_both_flavors;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions};
use tempfile::TempDir;
use tokio::task::JoinSet;

/// A pool of four connections to a database that goes with the folder.
async fn open() -> (SqlitePool, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("accounts.db").display());
    let options = SqliteConnectOptions::from_str(&url)
        .unwrap()
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .busy_timeout(Duration::from_secs(20));
    let pool = SqlitePoolOptions::new()
        .max_connections(4)
        .acquire_timeout(Duration::from_secs(20))
        .connect_with(options)
        .await
        .unwrap();
    sqlx::query("CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL)")
        .execute(&pool)
        .await
        .unwrap();
    (pool, folder)
}

async fn insert(pool: &SqlitePool, id: i64, balance: i64) {
    sqlx::query("INSERT INTO accounts VALUES (?, ?)")
        .bind(id)
        .bind(balance)
        .execute(pool)
        .await
        .unwrap();
}

async fn total(pool: &SqlitePool) -> i64 {
    sqlx::query_scalar("SELECT SUM(balance) FROM accounts")
        .fetch_one(pool)
        .await
        .unwrap()
}

/// Moves one unit, and waits between the two halves.
async fn transfer(pool: &SqlitePool, source: i64, target: i64) {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    for (id, change) in [(source, -1), (target, 1)] {
        sqlx::query("UPDATE accounts SET balance = balance + ? WHERE id = ?")
            .bind(change)
            .bind(id)
            .execute(&mut *transaction)
            .await
            .unwrap();
        tokio::task::yield_now().await;
    }
    transaction.commit().await.unwrap();
}

#[test]
fn concurrent_transfers_lose_nothing() {
    on_both_flavors(|| async {
        let (pool, _folder) = open().await;
        for id in 0..10 {
            insert(&pool, id, 100).await;
        }
        let mut transfers = JoinSet::new();
        for step in 0..100 {
            let pool = pool.clone();
            transfers.spawn(async move { transfer(&pool, step % 10, (step + 3) % 10).await });
        }
        assert_eq!(transfers.join_all().await.len(), 100);
        assert_eq!(total(&pool).await, 1_000);
        pool.close().await;
        assert!(pool.acquire().await.is_err());
    });
}

#[test]
fn a_transaction_that_is_dropped_is_rolled_back() {
    on_both_flavors(|| async {
        let (pool, _folder) = open().await;
        insert(&pool, 1, 100).await;
        let mut transaction = pool.begin().await.unwrap();
        sqlx::query("UPDATE accounts SET balance = 0")
            .execute(&mut *transaction)
            .await
            .unwrap();
        drop(transaction);
        assert_eq!(total(&pool).await, 100);
        pool.close().await;
    });
}

#[test]
fn rows_stream_in_order() {
    on_both_flavors(|| async {
        let (pool, _folder) = open().await;
        let mut transaction = pool.begin().await.unwrap();
        for id in 0..1_000_i64 {
            sqlx::query("INSERT INTO accounts VALUES (?, ?)")
                .bind(id)
                .bind(id * id)
                .execute(&mut *transaction)
                .await
                .unwrap();
        }
        transaction.commit().await.unwrap();
        let mut rows =
            sqlx::query_as::<_, (i64, i64)>("SELECT * FROM accounts ORDER BY id").fetch(&pool);
        let mut expected = 0;
        while let Some((id, balance)) = rows.try_next().await.unwrap() {
            assert_eq!((id, balance), (expected, expected * expected));
            expected += 1;
        }
        assert_eq!(expected, 1_000);
        drop(rows);
        pool.close().await;
    });
}

#[test]
fn an_exhausted_pool_times_out_and_recovers() {
    on_both_flavors(|| async {
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_millis(50))
            .connect("sqlite::memory:")
            .await
            .unwrap();
        let held = pool.acquire().await.unwrap();
        assert!(matches!(
            pool.acquire().await,
            Err(sqlx::Error::PoolTimedOut)
        ));
        drop(held);
        let one: i64 = sqlx::query_scalar("SELECT 1")
            .fetch_one(&pool)
            .await
            .unwrap();
        assert_eq!(one, 1);
        pool.close().await;
    });
}
