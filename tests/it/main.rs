mod injection;
